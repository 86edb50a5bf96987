using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

/// <summary>methods/ed-vae.md, section 8: items 2 to 5, 7, 9 to 11.</summary>
public sealed class AggregateEstimatorsTests
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    // x ~ N(0, 1), q(z|x) = N(a x, v).
    private readonly record struct Line(double A, double V)
    {
        internal double T => A * A + V;

        internal double Information => 0.5 * Math.Log(1 + A * A / V);

        internal double Entropy => 0.5 * Math.Log(2 * Math.PI * Math.E * T);

        internal double CrossEntropy => 0.5 * LogTwoPi + 0.5 * T;

        internal double KlOfMarginal => 0.5 * (T - 1 - Math.Log(T));

        internal double Kl => 0.5 * (T - 1 - Math.Log(V));
    }

    private static readonly Line First = new(0.8, 0.36), Second = new(1, 0.25);

    [Fact]
    public void ClosedForms_OfTheLine_AreTheGoldenValues()
    {
        Assert.Equal([1, .51083, 1.41894, 1.41894, 0], [First.T, First.Information, First.Entropy, First.CrossEntropy, First.KlOfMarginal], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([.80472, 1.53051, 1.54394, .01343, .81815], [Second.Information, Second.Entropy, Second.CrossEntropy, Second.KlOfMarginal, Second.Kl], (a, b) => Math.Abs(a - b) < 1e-5);
        foreach (var line in new[] { First, Second })
        {
            Assert.Equal(line.Kl, line.Information + line.KlOfMarginal, 1e-12);
            Assert.Equal(line.KlOfMarginal, line.CrossEntropy - line.Entropy, 1e-12);
        }
    }

    public static TheoryData<double, double, int, int, double[]> References => new()
    {
        { .8, .36, 8, 12_000, [.429, .637, 1.336, 1.543] },
        { .8, .36, 64, 2500, [.497, .522, 1.407, 1.432] },
        { .8, .36, 512, 150, [.508, .511, 1.419, 1.422] },
        { 1, .25, 8, 12_000, [.659, 1.085, 1.385, 1.811] },
        { 1, .25, 64, 2500, [.786, .834, 1.511, 1.559] },
    };

    // In order Î_NCE, Î_loo, Ĥ_mix, Ĥ_loo; and the brackets of items 3 and 7 around the truth.
    [Theory, MemberData(nameof(References))]
    public void Estimators_OfTheLine_HaveTheReferenceMeans(double a, double v, int B, int batches, double[] reference)
    {
        var line = new Line(a, v);
        var found = Means(line, B, batches);
        double[] tolerance = B == 8 ? [.005, .02, .005, .02] : [.005, .005, .005, .005];
        for (var k = 0; k < 4; k++) Assert.InRange(found[k].Value, reference[k] - tolerance[k] - 3 * found[k].StandardError, reference[k] + tolerance[k] + 3 * found[k].StandardError);
        const double slack = 4;
        Assert.True(found[0].Value <= line.Information + slack * found[0].StandardError && line.Information <= found[1].Value + slack * found[1].StandardError);
        Assert.True(found[2].Value <= line.Entropy + slack * found[2].StandardError && line.Entropy <= found[3].Value + slack * found[3].StandardError);
        Assert.True(line.CrossEntropy - found[2].Value >= line.KlOfMarginal - slack * found[2].StandardError);
        Assert.True(line.CrossEntropy - found[3].Value <= line.KlOfMarginal + slack * found[3].StandardError);
    }

    [Fact]
    public void Estimators_LargerBatch_AreTighter()
    {
        var (small, large) = (Means(Second, 8, 3000), Means(Second, 64, 500));
        Assert.True(small[0].Value < large[0].Value && small[2].Value < large[2].Value, "the low ones rise");
        Assert.True(small[1].Value > large[1].Value && small[3].Value > large[3].Value, "the high ones fall");
    }

    [Fact]
    public void LeaveOneOutEntropy_OfPairs_HasItsClosedFormMean()
    {
        using var scope = TensorScope.Open();
        var found = Means(First, 2, 20_000)[3];
        var exact = 0.5 * Math.Log(2 * Math.PI * First.V) + (2 * First.A * First.A + First.V) / (2 * First.V);
        Assert.Equal(2.686, exact, 1e-3);
        Assert.InRange(found.Value, exact - 5 * found.StandardError, exact + 5 * found.StandardError);
    }

    [Fact]
    public void MixtureEntropy_MinusExactInfoNce_IsTheSampleEntropyOfTheEncoder()
    {
        using var scope = TensorScope.Open();
        var logVar = Small.Normal(2, 9, 3);
        var q = Normal.FromLogVar(Small.Normal(1, 9, 3), logVar);
        using var generator = new Generator(3);
        var differences = new double[1000];
        for (var n = 0; n < differences.Length; n++)
        {
            using var one = TensorScope.Open();
            var ell = PairwiseNormal.LogProb(q, q.Sample(generator));
            var difference = AggregateEstimators.MixtureEntropy(ell).Mean() - AggregateEstimators.InfoNce(ell).Mean();
            Assert.Equal(-ell.Diagonal().Mean().ToDouble(), difference.ToDouble(), 1e-12);
            differences[n] = difference.ToDouble();
        }
        MonteCarlo.Agree(Tensor.From(differences), q.Entropy().Mean().ToDouble(), "mean encoder entropy");
    }

    [Fact]
    public void InfoNce_AnyCritic_StaysBelowLogBAndForgetsShifts()
    {
        using var scope = TensorScope.Open();
        for (var n = 0UL; n < 50; n++)
        {
            var scores = Small.Normal(n, 6, 6) * 20;
            var found = AggregateEstimators.InfoNce(scores);
            Assert.True(found.Amax(0).ToDouble() <= Math.Log(6) + 1e-12);
            Assert.Equal(found.ToArray<double>(), AggregateEstimators.InfoNce(scores + Small.Normal(n + 100, 6, 1) * 3).ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-10);
        }
        Assert.Equal(0, AggregateEstimators.InfoNce(Tensor.Full(1.7, [6, 6], DType.Float64)).Abs().Sum().ToDouble(), 1e-12);
    }

    [Fact]
    public void Estimators_CollapsedEncoder_AreZeroAndTheSampleEntropy()
    {
        using var scope = TensorScope.Open();
        var q = Normal.FromLogVar(Tensor.Full(0.3, [8, 2], DType.Float64), Tensor.Full(-0.5, [8, 2], DType.Float64));
        using var generator = new Generator(1);
        var ell = PairwiseNormal.LogProb(q, q.Sample(generator));
        Assert.Equal(0, AggregateEstimators.InfoNce(ell).Abs().Sum().ToDouble(), 1e-12);
        Assert.Equal(0, (AggregateEstimators.MixtureEntropy(ell) - AggregateEstimators.LeaveOneOutEntropy(ell)).Abs().Sum().ToDouble(), 1e-12);
        Assert.Equal(-ell.Diagonal().Mean().ToDouble(), AggregateEstimators.MixtureEntropy(ell).Mean().ToDouble(), 1e-12);
    }

    [Fact]
    public void Estimators_NarrowEncoder_ReachLogBAndFallAsLogSigma()
    {
        using var scope = TensorScope.Open();
        const int B = 8, L = 3;
        (double Information, double Entropy) At(double sigma)
        {
            using var generator = new Generator(1);
            var q = Normal.FromScale(Small.Normal(1, B, L), Tensor.Full(sigma, [B, L], DType.Float64));
            var ell = PairwiseNormal.LogProb(q, q.Sample(generator));
            return (AggregateEstimators.InfoNce(ell).Mean().ToDouble(), AggregateEstimators.MixtureEntropy(ell).Mean().ToDouble());
        }
        Assert.Equal(Math.Log(B), At(1e-4).Information, 1e-9);
        Assert.Equal(L * Math.Log(10), At(1e-4).Entropy - At(1e-5).Entropy, 1e-6);
    }

    // Item 11: a rotation and a shift leave everything as it is; scaling by c adds L log c to both entropies.
    [Fact]
    public void Estimators_ReparametrisedLatents_AreUnchangedOrShiftedByTheJacobian()
    {
        using var scope = TensorScope.Open();
        const int B = 12, L = 2;
        const double c = 2.5;
        var mu = Small.Normal(1, B, L);
        var scale = Tensor.Full(0.4, [B, L], DType.Float64);
        var z = mu + scale * Small.Normal(2, B, L);
        var rotation = Small.Normal(3, L, L).Qr().Q;
        var plain = Parts(mu, scale, z, 1);
        var moved = Parts(mu.Matmul(rotation) + 5, scale, z.Matmul(rotation) + 5, 1);
        var scaled = Parts(mu * c, scale * c, z * c, c);
        Assert.Equal(plain.Information, moved.Information, 1e-10);
        Assert.Equal(plain.Entropy, moved.Entropy, 1e-10);
        Assert.Equal(plain.Kernel, Parts(mu, scale, z + 3, 1).Kernel, 1e-9);
        Assert.Equal(plain.Information, scaled.Information, 1e-10);
        Assert.Equal(plain.Entropy + L * Math.Log(c), scaled.Entropy, 1e-10);
        Assert.Equal(plain.Kernel + L * Math.Log(c), scaled.Kernel, 1e-9);
        Assert.Equal(plain.CrossEntropy + L * Math.Log(c), scaled.CrossEntropy, 1e-10);

        (double Information, double Entropy, double Kernel, double CrossEntropy) Parts(Tensor mean, Tensor deviation, Tensor at, double unit)
        {
            var ell = PairwiseNormal.LogProb(Normal.FromScale(mean, deviation), at);
            var prior = Normal.FromScale(Tensor.Zeros([L], DType.Float64), Tensor.Full(unit, [L], DType.Float64));
            return (AggregateEstimators.InfoNce(ell).Mean().ToDouble(), AggregateEstimators.MixtureEntropy(ell).Mean().ToDouble(),
                AggregateEstimators.KernelEntropy(at).Mean().ToDouble(), -prior.LogProb(at).Mean().ToDouble());
        }
    }

    // Item 11 once more with a map that is no rotation: the banana's, of unit Jacobian, applied to every posterior and to the prior.
    [Fact]
    public void Estimators_BentLatents_AreUnchanged()
    {
        using var scope = TensorScope.Open();
        const int B = 9;
        var (mu, logVar) = (Small.Normal(1, B, 2), Small.Normal(2, B, 2) - 1);
        var q = Normal.FromLogVar(mu, logVar);
        using var generator = new Generator(3);
        var z = q.Sample(generator);
        var bend = new Bend(0.7);
        var bent = bend.Inverse(z);
        Assert.True((bent - z).Abs().Amax(0, 1).ToDouble() > 0.5);
        var moved = Tensor.Stack(1, [.. Enumerable.Range(0, B).Select(j => new Flow(Normal.FromLogVar(mu[j], logVar[j]), [bend]).LogProb(bent))]);
        var plain = PairwiseNormal.LogProb(q, z);
        foreach (var estimator in Estimators) Assert.Equal(0, (estimator(plain) - estimator(moved)).Abs().Amax(0).ToDouble(), 1e-10);
        var prior = Normal.FromLogVar(Tensor.Zeros([2], DType.Float64), Tensor.Zeros([2], DType.Float64));
        Assert.Equal(0, (prior.LogProb(z) - new Flow(prior, [bend]).LogProb(bent)).Abs().Amax(0).ToDouble(), 1e-10);
    }

    [Fact]
    public void KernelEntropy_OfGaussianCodes_IsNearTheTruth()
    {
        using var scope = TensorScope.Open();
        // High against the entropy of these very points, whose mean −log p is known.
        var z = Small.Normal(1, 2000, 2);
        var own = (LogTwoPi + 0.5 * z.Square().Sum(1L)).Mean().ToDouble();
        Assert.InRange(AggregateEstimators.KernelEntropy(z).Mean().ToDouble(), own, own + 0.1);
        Gradients.Check(inputs => AggregateEstimators.KernelEntropy(inputs[0]), [Small.Normal(2, 6, 2)]);
        Assert.True(double.IsFinite(AggregateEstimators.KernelEntropy(Tensor.Zeros([1, 2], DType.Float64)).Sum().ToDouble()));
    }

    // Silverman's width for each latent: in units of the deviations the kernels are round.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void KernelEntropy_InUnitsOfTheDeviations_IsThatOfRoundKernels(int L)
    {
        using var scope = TensorScope.Open();
        const int B = 20;
        var z = Small.Normal(1, B, L) * (Tensor.Arange(0, L, DType.Float64) + 0.5);
        var deviations = z.Var([0]).Sqrt();
        var round = new KernelDensity(z / deviations, Math.Pow(4 / ((L + 2.0) * B), 1 / (L + 4.0))).LeaveOneOut();
        Assert.Equal(0, (AggregateEstimators.KernelEntropy(z) - (deviations.Log().Sum() - round)).Abs().Amax(0).ToDouble(), 1e-9);
    }

    [Fact]
    public void Estimators_Gradients_AreThoseOfFiniteDifferences()
    {
        using var scope = TensorScope.Open();
        foreach (var estimator in Estimators)
        {
            Gradients.Check(inputs => estimator(inputs[0]), [Small.Normal(1, 5, 5)]);
            Assert.True(double.IsFinite(estimator(Small.Normal(1, 1, 1)).ToDouble()), "a batch of one");
        }
    }

    // In the order of the references.
    private static readonly Func<Tensor, Tensor>[] Estimators =
        [AggregateEstimators.InfoNce, AggregateEstimators.LeaveOneOutInformation, AggregateEstimators.MixtureEntropy, AggregateEstimators.LeaveOneOutEntropy];

    private static Estimate[] Means(Line line, int B, int batches)
    {
        using var generator = new Generator(5);
        var sums = Enumerable.Range(0, 4).Select(_ => new double[batches]).ToArray();
        for (var n = 0; n < batches; n++)
        {
            using var scope = TensorScope.Open();
            var mean = line.A * Tensor.Randn([B, 1], generator, DType.Float64);
            var q = Normal.FromScale(mean, Tensor.Full(Math.Sqrt(line.V), [1], DType.Float64));
            var ell = PairwiseNormal.LogProb(q, q.Sample(generator));
            for (var k = 0; k < 4; k++) sums[k][n] = Estimators[k](ell).Mean().ToDouble();
        }
        return [.. sums.Select(values => Estimate.Of(values))];
    }
}
