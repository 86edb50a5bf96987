using Elbow.Evaluation.Metrics;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class JackknifeTests
{
    [Fact]
    public void Of_TheMean_IsItsStandardErrorWithoutBias()
    {
        double[] values = [1, 4, 2, 8, 5];
        var found = Jackknife.Of(values.Average(), [.. values.Select((_, b) => values.Where((_, n) => n != b).Average())]);
        Assert.Equal(Estimate.Of(values).StandardError, found.StandardError, 1e-12);
        Assert.Equal(values.Average(), found.Corrected, 1e-12);
    }

    // The variance divided by n is low by 1/n of itself; the correction makes it the one divided by n − 1.
    [Fact]
    public void Of_TheBiasedVariance_IsTheUnbiasedOne()
    {
        double[] values = [1, 4, 2, 8, 5, 7];
        static double Variance(double[] v) => v.Sum(x => Math.Pow(x - v.Average(), 2)) / v.Length;
        var found = Jackknife.Of(Variance(values), [.. values.Select((_, b) => Variance([.. values.Where((_, n) => n != b)]))]);
        Assert.Equal(Variance(values) * 6 / 5, found.Corrected, 1e-12);
    }
}
