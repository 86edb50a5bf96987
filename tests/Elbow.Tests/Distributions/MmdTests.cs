using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public sealed class MmdTests
{
    private const int L = 3;

    public static TheoryData<KernelKind> Kernels => [KernelKind.InverseMultiquadric, KernelKind.Gaussian];

    [Theory, MemberData(nameof(Kernels))]
    public void Squared_OfTheSameLaw_IsZeroWithoutBiasAndPositiveWithIt(KernelKind kind)
    {
        using var scope = TensorScope.Open();
        var mmd = new Mmd(kind, 2 * L, Mmd.UsualScales);
        double[] unbiased = new double[1000], biased = new double[1000];
        for (var n = 0; n < 1000; n++)
        {
            using var one = TensorScope.Open();
            var (x, y) = (Small.Normal((ulong)(2 * n), 16, L), Small.Normal((ulong)(2 * n + 1), 16, L));
            unbiased[n] = mmd.Squared(x, y).ToDouble();
            biased[n] = mmd.Squared(x, y, MmdStatistic.Biased).ToDouble();
        }
        MonteCarlo.Agree(Tensor.From(unbiased), 0, "unbiased statistic");
        Assert.All(biased, value => Assert.True(value > 0));
        // (k(0) − E k)·2/n, k(0) = 7: known from the unbiased one's own kernel mean.
        var kernel = mmd.Kernel(Small.Normal(7, 2000, L), Small.Normal(8, 2000, L)).Mean().ToDouble();
        Assert.Equal((7 - kernel) * 2 / 16, biased.Average(), 0.02);
    }

    // x − y ~ N(m, 2I): E exp(−‖x − y‖²/C) is a Gaussian integral.
    [Fact]
    public void Squared_OfTwoGaussians_IsTheClosedForm()
    {
        using var scope = TensorScope.Open();
        const double C = 4, m = 0.8;
        var mmd = new Mmd(KernelKind.Gaussian, C, 1);
        var same = Math.Pow(C / (C + 4), L / 2.0);
        var exact = 2 * same * (1 - Math.Exp(-L * m * m / (C + 4)));
        double[] found = new double[1000];
        for (var n = 0; n < 1000; n++)
        {
            using var one = TensorScope.Open();
            found[n] = mmd.Squared(Small.Normal((ulong)(2 * n), 30, L), Small.Normal((ulong)(2 * n + 1), 20, L) + m).ToDouble();
        }
        MonteCarlo.Agree(Tensor.From(found), exact, "MMD² of N(0, I) and N(m, I)");
    }

    [Fact]
    public void Kernel_AtKnownDistance_IsTheFormula()
    {
        using var scope = TensorScope.Open();
        var (x, y) = (Tensor.From([0.0, 0, 3, 4], [2, 2]), Tensor.From([0.0, 0], [1, 2]));
        double[] scales = [0.5, 2];
        Assert.Equal([2, 5.0 / 30 + 20.0 / 45], new Mmd(KernelKind.InverseMultiquadric, 10, scales).Kernel(x, y).ToArray<double>().Select(value => Math.Round(value, 12)), (a, b) => Math.Abs(a - b) < 1e-11);
        Assert.Equal([2, Math.Exp(-5) + Math.Exp(-1.25)], new Mmd(KernelKind.Gaussian, 10, scales).Kernel(x, y).ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-11);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void PerExample_Mean_IsTheSquaredDiscrepancy(KernelKind kind)
    {
        using var scope = TensorScope.Open();
        var mmd = new Mmd(kind, 2 * L, Mmd.UsualScales);
        var (x, y) = (Small.Normal(1, 9, L) * 2, Small.Normal(2, 9, L));
        foreach (var statistic in Enum.GetValues<MmdStatistic>())
            Assert.Equal(mmd.Squared(x, y, statistic).ToDouble(), mmd.PerExample(x, y, statistic).Mean().ToDouble(), 1e-12);
    }

    // Points that lie together too: the distance has no kink in its square.
    [Theory, MemberData(nameof(Kernels))]
    public void PerExample_Gradient_IsThatOfFiniteDifferences(KernelKind kind)
    {
        using var scope = TensorScope.Open();
        var x = Small.Normal(1, 5, L);
        var y = Tensor.Cat(0, x.Narrow(0, 0, 2), Small.Normal(2, 3, L));
        foreach (var statistic in Enum.GetValues<MmdStatistic>())
            Gradients.Check(inputs => new Mmd(kind, 3, 0.5, 2).PerExample(inputs[0], inputs[1], statistic), [x, y]);
    }

    [Fact]
    public void Squared_Float32_LosesNothingToCancellation()
    {
        using var scope = TensorScope.Open();
        var mmd = new Mmd(KernelKind.InverseMultiquadric, 2 * L, Mmd.UsualScales);
        var (x, y) = (Small.Normal(1, 40, L) + 1000, Small.Normal(2, 40, L) + 1000);
        Assert.Equal(mmd.Squared(x, y).ToDouble(), mmd.Squared(x.To(DType.Float32), y.To(DType.Float32)).ToDouble(), 1e-3);
        Assert.Throws<ArgumentException>(() => mmd.Squared(x.Narrow(0, 0, 1), y));
    }
}
