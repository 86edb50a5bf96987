using Elbow.Diagnostics;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>What is said of codes that fill their prior.</summary>
public sealed class LatentMatchTests
{
    // Draws that share a posterior lie near each other: in ten dimensions a few hundred such pairs among a thousand draws would score 24 deviations below Gaussians.
    [Theory]
    [InlineData(2000, 10)]
    [InlineData(300, 2)]
    public void Of_APerfectFit_SeesNoDifference(int N, int L)
    {
        var random = new StableRandom(5);
        var mean = new double[N * L];
        for (var i = 0; i < mean.Length; i++) mean[i] = Math.Sqrt(1 - 0.3 * 0.3) * random.NextNormal();
        var codes = AggregatePosterior.From(mean, [.. Enumerable.Repeat(2 * Math.Log(0.3), N * L)], L);

        var match = LatentMatch.Of(codes, LatentPrior.Standard(L), new HoleOptions { Samples = 100, NullSamples = 100, NullReplicates = 2 });

        Assert.Equal(N, match.Draws);
        Assert.InRange(match.Whitened!.Codes.Value - match.Whitened.Gaussian.Mean, -4 * match.Whitened.Codes.StandardError, 4 * match.Whitened.Codes.StandardError);
        Assert.InRange(match.GaussianFit!.Corrected.Value, -4 * match.GaussianFit.Corrected.StandardError, 4 * match.GaussianFit.Corrected.StandardError);
        Assert.All(match.Tests, test => Assert.True(test.PValue >= 0.01, $"{test.Test}: {test.PValue}"));
    }
}
