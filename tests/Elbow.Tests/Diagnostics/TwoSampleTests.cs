using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

/// <summary>What the permutation tests have in common, and each by hand where that can be done.</summary>
public sealed class TwoSampleTests
{
    public static TheoryData<string> Tests => [.. TwoSampleCase.Names];

    [Theory, MemberData(nameof(Tests))]
    public void Run_UnderTheNull_HasUniformPValues(string test)
    {
        // 200 experiments: the number with p ≤ 0.1 is binomial with mean 20 and deviation 4.2, the mean of p 0.505 ± 0.020.
        var p = Enumerable.Range(0, 200).Select(k =>
            TwoSampleCase.Run(test, TwoSampleCase.Gaussian(25, 2, 2 * k), TwoSampleCase.Gaussian(35, 2, 2 * k + 1), 2, new() { Permutations = 99, Seed = k }).PValue).ToArray();
        Assert.InRange(p.Count(value => value <= 0.1), 20 - 13, 20 + 13);
        Assert.InRange(p.Count(value => value > 0.9), 20 - 13, 20 + 13);
        Assert.InRange(p.Average(), 0.44, 0.57);
    }

    [Theory]
    [InlineData("sliced Wasserstein", "shifted")]
    [InlineData("sliced Wasserstein", "scaled")]
    [InlineData("sliced Wasserstein", "hollow")]
    [InlineData("MMD", "shifted")]
    [InlineData("MMD", "scaled")]
    [InlineData("MMD", "hollow")]
    [InlineData("nearest neighbours", "shifted")]
    [InlineData("nearest neighbours", "scaled")]
    [InlineData("nearest neighbours", "hollow")]
    public void Run_OfDifferentDistributions_SeesIt(string test, string how)
    {
        var p = TwoSampleCase.Gaussian(400, 3, 1);
        var q = how switch
        {
            "shifted" => [.. TwoSampleCase.Gaussian(400, 3, 2).Select(value => value + 0.6)],
            "scaled" => [.. TwoSampleCase.Gaussian(400, 3, 2).Select(value => value * 1.6)],
            _ => TwoSampleCase.Hollow(400, 3, 1.4, 2),
        };
        var result = TwoSampleCase.Run(test, q, p, 3);
        Assert.Equal(1.0 / 200, result.PValue, 12);
        Assert.True(result.Z > 3, $"{test}, {how}: z = {result.Z}");
        Assert.Equal((400, 400), (result.FromQ, result.FromP));
    }

    [Theory, MemberData(nameof(Tests))]
    public void Run_OfTheSameSeed_IsTheSame(string test)
    {
        var (q, p) = (TwoSampleCase.Gaussian(40, 2, 1), TwoSampleCase.Gaussian(30, 2, 2));
        Assert.Equal(TwoSampleCase.Run(test, q, p, 2), TwoSampleCase.Run(test, q, p, 2));
        Assert.NotEqual(TwoSampleCase.Run(test, q, p, 2).NullMean, TwoSampleCase.Run(test, q, p, 2, new() { Seed = 2 }).NullMean);
    }

    [Theory, MemberData(nameof(Tests))]
    public void Run_OfBadPoints_SaysWhatIsWrong(string test)
    {
        double[] good = [1, 2, 3, 4];
        Assert.Contains("two or more points of 2", Assert.Throws<ArgumentException>(() => TwoSampleCase.Run(test, [1, 2, 3], good, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => TwoSampleCase.Run(test, [1, 2, double.NaN, 4], good, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SlicedWasserstein_OfAShiftOnTheLine_IsTheShift()
    {
        double[] p = [-1, 0.5, 2, 7];
        Assert.Equal(2.5, SlicedWassersteinTest.Run([.. p.Select(value => value + 2.5)], p, 1).Statistic, 12);
    }

    [Fact]
    public void SlicedWasserstein_OfDifferentSizes_IsThatOfTheQuantiles()
    {
        // F⁻¹ is 0 on (0, ½) and 3 on (½, 1), G⁻¹ is 0, 1, 5 on thirds: ⅓·0 + ⅙·1 + ⅙·4 + ⅓·4 = 13/6.
        Assert.Equal(13 / 6.0, SlicedWassersteinTest.SquaredDistance([0, 3], [0, 1, 5]), 12);
        // Each point three times is the same distribution.
        Assert.Equal(0, SlicedWassersteinTest.SquaredDistance([0, 1], [0, 0, 0, 1, 1, 1]), 12);
    }

    [Fact]
    public void SlicedWasserstein_OfAShiftInThePlane_IsItsLengthOverRootTwo()
    {
        // The mean of (uᵀc)² over directions is ‖c‖²/L.
        var p = TwoSampleCase.Gaussian(300, 2, 1);
        var q = p.Select((value, i) => value + (i % 2 == 0 ? 3 : 4)).ToArray();
        Assert.Equal(5 / Math.Sqrt(2), SlicedWassersteinTest.Run(q, p, 2, new() { Permutations = 1 }, directions: 4000).Statistic, 0.1);
    }

    [Fact]
    public void Mmd_Statistic_IsThatOfTheKernel()
    {
        using var scope = TensorScope.Open();
        var (q, p) = (Small.Normal(1, 12, 3), Small.Normal(2, 17, 3) + 0.4);
        var c = 2 * Tensor.Cat(0, q, p).Var([0]).Sum().ToDouble();
        var wanted = new Mmd(KernelKind.InverseMultiquadric, c, Mmd.UsualScales).Squared(q, p).ToDouble();
        Assert.Equal(wanted, MmdTest.Run(q.ToArray<double>(), p.ToArray<double>(), 3).Statistic, 12);
    }

    [Fact]
    public void Neighbours_OfTwoClusters_AreAllOfTheirOwn()
    {
        // Nearest of 0 is 1, of 1 is 0, of 10 is 11, of 11 is 10.
        Assert.Equal(1, NeighbourTest.Run([0, 1], [10, 11], 1, neighbours: 1).Statistic);
        // 0: 10.1 is not nearest, 0.2 is; 0.2: 0; 10: 10.1; 10.1: 10: none of its own.
        Assert.Equal(0, NeighbourTest.Run([0, 10], [0.2, 10.1], 1, neighbours: 1).Statistic);
    }

    [Fact]
    public void Neighbours_NullMean_IsTheKnownOne()
    {
        var result = NeighbourTest.Run(TwoSampleCase.Gaussian(60, 2, 1), TwoSampleCase.Gaussian(140, 2, 2), 2, new() { Permutations = 2000 });
        Assert.Equal((60 * 59 + 140 * 139) / (200 * 199.0), result.NullMean, 5 * result.NullDeviation / Math.Sqrt(2000));
    }

    [Fact]
    public void Neighbours_OfDuplicates_DoNotFavourASample()
    {
        // All points lie together: only the order of ties decides, and that knows nothing of the samples.
        var p = Enumerable.Range(0, 100).Select(seed => NeighbourTest.Run(new double[20], new double[20], 1, new() { Seed = seed, Permutations = 49 }).PValue).ToArray();
        Assert.InRange(p.Count(value => value <= 0.1), 0, 24);
        Assert.InRange(p.Average(), 0.4, 0.65);
    }
}
