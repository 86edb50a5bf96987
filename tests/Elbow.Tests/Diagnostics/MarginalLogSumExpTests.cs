using Elbow.Diagnostics;

namespace Elbow.Tests.Diagnostics;

/// <summary>Sums of one dimension at many points, against sums over all components.</summary>
public sealed class MarginalLogSumExpTests
{
    private const int N = 1500;

    [Theory]
    [InlineData(1, 0.7, 0.7)]
    [InlineData(1, 0.05, 0.05)]
    [InlineData(1, 0.2, 2)]
    [InlineData(30, 0.5, 1)]
    [InlineData(1, 1e-4, 1e-4)]
    [InlineData(1, 1e-5, 1)]
    [InlineData(1e-3, 0.5, 5)]
    [InlineData(1e6, 1, 1)]
    public void At_PointsOfTheMixture_IsTheSumOverAllComponents(double spread, double narrowest, double widest)
    {
        var (mean, logVar, points, own) = Mixture(spread, narrowest, widest);
        var sums = new MarginalLogSumExp(mean, logVar);
        Agree(sums.At(points, null, new()), Exact(mean, logVar, points, null));
        Agree(sums.At(points, own, new()), Exact(mean, logVar, points, own));
    }

    // Between far modes and beyond all of them interpolation is not to be trusted, and must know it.
    [Fact]
    public void At_PointsBetweenAndBeyondModes_IsTheSumOverAllComponents()
    {
        double[] mean = [.. Enumerable.Range(0, N).Select(n => n % 2 == 0 ? -8.0 : 8)], logVar = [.. mean.Select(m => m < 0 ? 0 : -1.0)];
        double[] points = [.. Enumerable.Range(0, N).Select(n => -60 + 120.0 * n / (N - 1))];
        Agree(new MarginalLogSumExp(mean, logVar).At(points, null, new()), Exact(mean, logVar, points, null));
    }

    // Where tenth differences pass through 0 on the flank of a kink, two orders of interpolation agree on what is wrong by up to 10⁻⁷: it takes many points to meet it.
    [Theory]
    [InlineData(9, 1.5)]
    [InlineData(12.5, 1.5)]
    [InlineData(13.5, 1)]
    [InlineData(15.5, 2)]
    public void At_ManyPointsBetweenTwoModes_IsTheSumOverAllComponents(double apart, double ratio)
    {
        double[] mean = [-apart / 2, apart / 2], logVar = [0.3, 0.3 + 2 * Math.Log(ratio)];
        double[] points = [.. Enumerable.Range(0, 60000).Select(p => apart * ((p + 0.37) / 30000 - 1))];
        Agree(new MarginalLogSumExp(mean, logVar).At(points, null, new()), Exact(mean, logVar, points, null));
    }

    // Points a few widths from the means, with 10⁷ to 10¹⁰ nodes between them and 0.
    [Theory]
    [InlineData(1e3, 3e-4)]
    [InlineData(-1e6, 0.3)]
    [InlineData(1e9, 0.3)]
    public void At_PointsFarFromZero_IsTheSumOverAllComponents(double offset, double width)
    {
        var (mean, logVar, points, own) = Mixture(3 * width, width, width);
        (mean, points) = ([.. mean.Select(m => offset + m)], [.. points.Select(v => offset + v)]);
        var sums = new MarginalLogSumExp(mean, logVar);
        Agree(sums.At(points, null, new()), Exact(mean, logVar, points, null));
        Agree(sums.At(points, own, new()), Exact(mean, logVar, points, own));
    }

    // Exponents whose last digit is worth more than all that is negligible beside them: no block may be lost to rounding.
    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e-20)]
    public void At_PointsManyMillionWidthsAway_IsTheSumOverAllComponents(double width)
    {
        var (mean, logVar, points, own) = Mixture(1, width, width);
        double[] away = [.. points.Select(v => 100 * v)];
        var sums = new MarginalLogSumExp(mean, logVar);
        Agree(sums.At(away, null, new()), Exact(mean, logVar, away, null));
        Agree(sums.At(points, own, new()), Exact(mean, logVar, points, own));
    }

    // Blocks of far components are passed over; where everything is far, the nearest of all counts, and a component left out must not be it.
    [Fact]
    public void At_NarrowPosteriorsAndFarPoints_IsTheSumOverAllComponents()
    {
        var (mean, logVar, points, own) = Mixture(1, 1e-4, 1e-3);
        points = [.. points.Select((v, p) => p % 3 == 0 ? v : 20 * (p % 3 - 1.5) + v)];
        mean[7] = mean[8];
        var sums = new MarginalLogSumExp(mean, logVar);
        Agree(sums.At(points, null, new()), Exact(mean, logVar, points, null));
        Agree(sums.At(points, own, new()), Exact(mean, logVar, points, own));
    }

    [Fact]
    public void At_OneOrTwoComponents_LeavesOutWhatItIsAskedTo()
    {
        Assert.Equal([double.NegativeInfinity], new MarginalLogSumExp([1], [0]).At([3.0], [0], new()));
        Agree(new MarginalLogSumExp([2, 1], [0, -1]).At([1.5, 2], [0, 1], new()), Exact([2, 1], [0, -1], [1.5, 2], [0, 1]));
    }

    [Fact]
    public void At_OtherThreads_IsTheSameToTheBit()
    {
        var (mean, logVar, points, own) = Mixture(1, 0.3, 1);
        var sums = new MarginalLogSumExp(mean, logVar);
        Assert.Equal(sums.At(points, own, new() { Threads = 1 }), sums.At(points, own, new() { Threads = 3 }));
    }

    private static void Agree(double[] found, double[] exact)
    {
        for (var p = 0; p < exact.Length; p++) Assert.True(found[p] == exact[p] || Math.Abs(found[p] - exact[p]) < 1e-10 + 1e-13 * Math.Abs(exact[p]), $"point {p}: {found[p]:R} is not {exact[p]:R}");
    }

    private static (double[] Mean, double[] LogVar, double[] Points, int[] Own) Mixture(double spread, double narrowest, double widest)
    {
        var random = new StableRandom(7);
        double[] mean = [.. Enumerable.Range(0, N).Select(_ => spread * random.NextNormal())];
        double[] tau = [.. Enumerable.Range(0, N).Select(n => narrowest * Math.Pow(widest / narrowest, n / (N - 1.0)))];
        double[] points = [.. mean.Select((m, n) => m + tau[n] * random.NextNormal())];
        return (mean, [.. tau.Select(t => 2 * Math.Log(t))], points, [.. Enumerable.Range(0, N)]);
    }

    private static double[] Exact(double[] mean, double[] logVar, double[] points, int[]? own) => [.. points.Select((v, p) =>
    {
        var terms = mean.Select((m, n) => own is not null && own[p] == n ? double.NegativeInfinity : -0.5 * ((v - m) * (v - m) / Math.Exp(logVar[n]) + logVar[n] + Math.Log(2 * Math.PI))).ToArray();
        var max = terms.Max();
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(terms.Sum(term => Math.Exp(term - max)));
    })];
}
