using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

public sealed class AnatomyTests
{
    // Means N(0, (1 − v) I), variances v: I = −½ L log v, q(z) = p(z) = N(0, I).
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Terms_OfALinearGaussianEncoder_AreTheKnownOnes(int L)
    {
        const double v = 0.5;
        var (mean, logVar) = RandomCodes.LinearGaussian(3000, L, v, 1);
        var terms = Anatomy.Of(AggregatePosterior.From(mean, logVar, L), LatentPrior.Standard(L)).Terms;
        var entropy = L * ThreeEntropies.Unit;
        Near(-0.5 * L * Math.Log(v), terms.MutualInformation, 0.01 * L);
        Near(-0.5 * L * Math.Log(v), terms.Kl);
        Near(entropy + 0.5 * L * Math.Log(v), terms.EntropyConditional);
        Near(entropy, terms.CrossEntropy);
        Near(entropy, terms.EntropyAggregate, 0.01 * L);
        Near(0, terms.MarginalKl, 0.01 * L);
        Near(0, terms.TotalCorrelation!, 0.01 * L);
        Near(0, terms.DimensionwiseKl!, 0.01 * L);
        Assert.InRange(entropy, terms.EntropyAggregate.Lower!.Value - 0.05, terms.EntropyAggregate.Upper!.Value + 0.05);
        Assert.True(terms.MutualInformation.Lower <= terms.MutualInformation.Upper);
    }

    // The known answer of design.md 9: copied minibatch code reports tens of nats of total correlation here.
    [Fact]
    public void Terms_OfTenIndependentLatents_HaveNoTotalCorrelation()
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(2500, 10, 0.5, 1);
        var terms = Anatomy.Of(AggregatePosterior.From(mean, logVar, 10), LatentPrior.Standard(10)).Terms;
        Assert.Equal(3.466, terms.MutualInformation.Value, 0.5);
        Assert.InRange(terms.TotalCorrelation!.Value, -0.1, 0.6);
        Assert.InRange(3.466, terms.MutualInformation.Lower!.Value, terms.MutualInformation.Upper!.Value);
        Assert.InRange(0, terms.TotalCorrelation.Lower!.Value, terms.TotalCorrelation.Upper!.Value);
    }

    // Posteriors on a ring, and a mixture of two clusters: entropies by quadrature of the density written out.
    [Theory]
    [InlineData("ring", 0.25)]
    [InlineData("ring", 0.6)]
    [InlineData("clusters", 0.3)]
    public void Terms_OfSmallMixtures_AgreeWithQuadrature(string shape, double tau)
    {
        const int N = 24;
        double[] mean = [.. Enumerable.Range(0, N).SelectMany(n => shape == "ring"
            ? new[] { Math.Cos(2 * Math.PI * n / N), Math.Sin(2 * Math.PI * n / N) }
            : [n % 2 == 0 ? -1.5 : 1.5, n % 2 == 0 ? -1 : 1.0])];
        double[] logVar = [.. mean.Select(_ => 2 * Math.Log(tau))];
        var (joint, each) = Entropies(mean, logVar);
        var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, 2), LatentPrior.Standard(2), new AnatomyOptions { Points = 12_000 });
        var terms = anatomy.Terms;
        var conditional = 2 * (ThreeEntropies.Unit + Math.Log(tau));
        // Points are many for few examples: the noise is that of z alone.
        Assert.Equal(joint, terms.EntropyAggregate.Value, 0.03);
        Assert.Equal(joint - conditional, terms.MutualInformation.Value, 0.03);
        Assert.Equal(each[0] + each[1] - joint, terms.TotalCorrelation!.Value, 0.03);
        Assert.Equal(each[0] - conditional / 2, anatomy.PerLatent[0].MutualInformation.Value, 0.03);
        Assert.InRange(each[1] - conditional / 2, anatomy.PerLatent[1].MutualInformation.Lower!.Value, anatomy.PerLatent[1].MutualInformation.Upper!.Value);
        var information = joint - conditional;
        Assert.InRange(information, anatomy.Pairwise!.Lower.Value, anatomy.Pairwise.Upper.Value);
    }

    [Fact]
    public void Decompositions_Always_SumToOneNumber()
    {
        const int N = 400, L = 3;
        var (mean, logVar) = RandomCodes.Wild(N, L, 0.05, 4);
        var random = new Random(1);
        double[] reconstruction = [.. Enumerable.Range(0, N).Select(_ => -50 + 5 * RandomCodes.Normal(random))], decoder = [.. Enumerable.Range(0, N).Select(_ => 20 + RandomCodes.Normal(random))];
        var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, L), LatentPrior.Diagonal("normal", [1, 0, -1], [1, 0.5, 2]), new AnatomyOptions
        {
            Reconstruction = (codes, _) => ([.. codes.Select(i => reconstruction[i])], [.. codes.Select(i => decoder[i])]),
            DataEntropy = 77,
        });
        Assert.Equal(6, anatomy.Decompositions.Count);
        var elbo = anatomy.Decompositions[0].Sum!.Value;
        Assert.Equal(reconstruction.Average() - anatomy.Terms.Kl.Value, elbo.Value, 1e-9);
        Assert.All(anatomy.Decompositions, row =>
        {
            Assert.Equal(row.Terms.Sum(term => term.Value.Value), row.Sum!.Value.Value, 1e-9);
            // Common points: the rows are far closer to each other than any is to the truth.
            Assert.InRange(Math.Abs(row.Sum.Value.Value - elbo.Value), 0, elbo.StandardError);
        });
        var entropies = anatomy.ThreeEntropies!;
        Assert.Equal(elbo.Value, entropies.Sum.Value + entropies.Gap.Value, 1e-9);
        Assert.Equal(entropies.Gap.Value, entropies.VarianceGap.Value + entropies.MomentGap.Value, 1e-9);
        Assert.Equal(entropies.MomentGap.Value, entropies.MomentGapOfEach.Sum(gap => gap.Value), 1e-9);
        Assert.Equal(anatomy.Terms.MutualInformation.Value + anatomy.Terms.TotalCorrelation!.Value, anatomy.PerLatent.Sum(latent => latent.MutualInformation.Value), 1e-9);
        Assert.Equal(anatomy.Terms.Kl.Value, anatomy.PerLatent.Sum(latent => latent.Kl!.Value), 1e-9);
    }

    [Fact]
    public void Of_RandomPosteriors_KeepsEveryBound()
    {
        for (var seed = 0; seed < 24; seed++)
        {
            var random = new Random(seed);
            var (N, L) = (random.Next(2, 300), random.Next(1, 6));
            var (mean, logVar) = RandomCodes.Wild(N, L, Math.Pow(10, -4 * random.NextDouble()), seed);
            // Anatomy.Of throws when a bound is violated.
            var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, L), LatentPrior.Standard(L), new AnatomyOptions { Seed = seed, Points = random.Next(2, 2 * N) });
            Assert.InRange(anatomy.Terms.MutualInformation.Value, -0.5, Math.Log(N) + 1e-9);
            Assert.All(anatomy.PerLatent, latent => Assert.True(latent.MutualInformation.Lower <= latent.MutualInformation.Upper + 1e-9));
            Assert.All(anatomy.InfoNce, point => Assert.True(point.Information.Value <= point.Ceiling + 1e-9));
        }
    }

    [Fact]
    public void StandardErrors_OverManyDataSets_CoverThePopulation()
    {
        const int N = 400, sets = 200;
        const double v = 0.4;
        var prior = LatentPrior.Diagonal("normal", [0], [Math.Log(2)]);
        var (information, marginal) = (-0.5 * Math.Log(v), 0.5 * (0.5 - 1 - Math.Log(0.5)));
        var covered = new int[4];
        for (var set = 0; set < sets; set++)
        {
            var (mean, logVar) = RandomCodes.LinearGaussian(N, 1, v, 1000 + set);
            var points = new AnatomyPoints(AggregatePosterior.From(mean, logVar, 1), prior, new AnatomyOptions { Seed = set });
            Count(0, information, points.Mean(points.Information));
            Count(1, marginal, points.Mean(points.MarginalKl));
            Count(2, information + marginal, points.Mean(i => points.Kl[i]));
            Count(3, ThreeEntropies.Unit, points.Mean(points.AggregateEntropy));
        }
        // 95 % of 200, ± 3 standard deviations of a binomial, and 2 % for the bias of order 1/N.
        Assert.All(covered, count => Assert.InRange(count, 176, 200));

        void Count(int which, double truth, Estimate estimate) => covered[which] += Math.Abs(estimate.Value - truth) < 1.96 * estimate.StandardError ? 1 : 0;
    }

    [Fact]
    public void Collapse_FollowsTheEntropyRuleAfterThePriorsScale()
    {
        // Latent 0 is the prior N(0, 9); latent 1 is narrow against its prior.
        double[] mean = [.. Enumerable.Range(0, 200).SelectMany(n => new[] { 0, Math.Sin(n) })], logVar = [.. Enumerable.Range(0, 200).SelectMany(_ => new[] { Math.Log(9), Math.Log(0.01) })];
        var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, 2), LatentPrior.Diagonal("normal", [0, 0], [Math.Log(9), 0]));
        Assert.Equal([true, false], anatomy.PerLatent.Select(latent => latent.Collapsed!.Value));
        Assert.Equal([true, false], anatomy.PerLatent.Select(latent => latent.CollapsedByKl!.Value));
        Assert.Equal(0, anatomy.PerLatent[0].MutualInformation.Value, 1e-9);
    }

    [Fact]
    public void Of_APriorWhoseLatentsDepend_LeavesOutWhatDoesNotExistAndSaysSo()
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(300, 2, 0.3, 1);
        var prior = LatentPrior.Of("mixture", () => new Mixture(Tensor.Zeros([2], DType.Float64), Normal.FromLogVar(Tensor.From([-1.0, 0, 1, 0], [2, 2]), Tensor.Zeros([2, 2], DType.Float64))));
        var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, 2), prior);
        Assert.Null(anatomy.Terms.TotalCorrelation);
        Assert.Null(anatomy.Terms.DimensionwiseKl);
        Assert.All(anatomy.PerLatent, latent => Assert.Null(latent.Kl));
        Assert.Equal([true, true, true, false, false, false], anatomy.Decompositions.Select(row => row.Sum is not null));
        Assert.Contains(anatomy.Warnings, warning => warning.Contains("depend on each other", StringComparison.Ordinal));
        Assert.Equal(anatomy.Terms.Kl.Value, anatomy.Terms.MutualInformation.Value + anatomy.Terms.MarginalKl.Value, 1e-9);
    }

    [Fact]
    public void Of_ALogDensityThatIsNone_IsAnErrorAndNoNumber()
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(300, 1, 0.3, 1);
        // The density of N(0, 1) times e: no probability.
        var prior = LatentPrior.Of("wrong", () => new Product(new Inflated()));
        var error = Assert.Throws<RunFailedException>(() => Anatomy.Of(AggregatePosterior.From(mean, logVar, 1), prior));
        Assert.Contains("cannot be below 0", error.What);
    }

    // Fewer points than examples, as many, and each example twice because M is a little more than N.
    [Theory]
    [InlineData(20, 20)]
    [InlineData(null, 50)]
    [InlineData(51, 100)]
    public void PointsOf_AnyNumberAskedFor_IsWhatProgressCountsUpTo(int? asked, int evaluated)
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(50, 2, 0.5, 1);
        var told = new Last();
        var options = new AnatomyOptions { Points = asked, Pairwise = new() { Progress = told } };
        var points = Anatomy.Of(AggregatePosterior.From(mean, logVar, 2), LatentPrior.Standard(2), options).Points;
        Assert.Equal((evaluated, evaluated, evaluated), ((int)options.PointsOf(50), points, told.Value));
        Assert.Equal(asked ?? AnatomyOptions.PointsBeyond, options.PointsOf(150_000));
    }

    [Fact]
    public void Of_AFewPoints_UsesTheWholeMixtureAndSaysSo()
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(1000, 2, 0.5, 1);
        var aggregate = AggregatePosterior.From(mean, logVar, 2);
        var (all, some) = (Anatomy.Of(aggregate, LatentPrior.Standard(2)), Anatomy.Of(aggregate, LatentPrior.Standard(2), new AnatomyOptions { Points = 200 }));
        Assert.Equal((1000, 200), (some.MixtureSize, some.Points));
        Assert.InRange(some.Terms.MutualInformation.Value - all.Terms.MutualInformation.Value, -4 * some.Terms.MutualInformation.StandardError, 4 * some.Terms.MutualInformation.StandardError);
        Assert.Contains(some.Warnings, warning => warning.StartsWith("evaluated at 200 of 1000", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_AHeldOutMixture_IsACrossEntropyWithoutABracket()
    {
        var ((mean, logVar), (other, otherLogVar)) = (RandomCodes.LinearGaussian(500, 1, 0.5, 1), RandomCodes.LinearGaussian(700, 1, 0.5, 2));
        var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, 1), LatentPrior.Standard(1), new AnatomyOptions { Mixture = AggregatePosterior.From(other, otherLogVar, 1) });
        Assert.Equal((500, 700), (anatomy.Examples, anatomy.MixtureSize));
        Assert.Null(anatomy.Terms.MutualInformation.Lower);
        Near(-0.5 * Math.Log(0.5), anatomy.Terms.MutualInformation, 0.02);
    }

    [Fact]
    public void InfoNce_OverB_RisesToTheExactInformation()
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(2048, 4, 0.1, 1);
        var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, 4), LatentPrior.Standard(4), new AnatomyOptions { Points = 1000 });
        Assert.Equal([8, 32, 128, 512], anatomy.InfoNce.Select(point => point.BatchSize));
        var values = anatomy.InfoNce.Select(point => point.Information.Value).Append(anatomy.Terms.MutualInformation.Value).ToArray();
        Assert.Equal(values.Order(), values);
        Assert.All(anatomy.InfoNce, point => Assert.True(point.Information.Value <= point.Ceiling));
    }

    private static void Near(double truth, Quantity found, double bias = 0) =>
        Assert.True(Math.Abs(found.Value - truth) <= 4 * found.StandardError + bias + 1e-9, $"{found.Value} ± {found.StandardError}, expected {truth}");

    private static (double Joint, double[] Each) Entropies(double[] mean, double[] logVar)
    {
        const double step = 0.05, end = 6;
        var (joint, each, n) = (0.0, new double[2], (int)(2 * end / step) + 1);
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b < n; b++)
            {
                var (log, logs) = RandomCodes.LogDensity(mean, logVar, 2, [-end + a * step, -end + b * step]);
                joint -= step * step * Math.Exp(log) * log;
                for (var j = 0; j < 2; j++) each[j] -= a == b ? step * Math.Exp(logs[j]) * logs[j] : 0;
            }
        }
        return (joint, each);
    }

    private sealed class Inflated : IDistribution
    {
        private readonly Normal inner = Normal.FromLogVar(Tensor.Zeros([1], DType.Float64), Tensor.Zeros([1], DType.Float64));

        public int EventAxes => 1;

        public bool Reparameterised => true;

        public Tensor Mean => inner.Mean;

        public Tensor Sample(Generator generator, long? count = null) => inner.Sample(generator, count);

        public Tensor LogProb(Tensor x) => inner.LogProb(x) + 1;
    }

    private sealed class Last : IProgress<int>
    {
        internal int Value { get; private set; }

        public void Report(int value) => Value = value;
    }
}
