using Elbow.Diagnostics;

namespace Elbow.Tests.Diagnostics;

public sealed class RadialTestTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Run_UnderTheNull_HasUniformPValuesAndTheKnownNull(int L)
    {
        var results = Enumerable.Range(0, 400).Select(k => RadialTest.Run(TwoSampleCase.Gaussian(50, L, k), L)).ToArray();
        Assert.InRange(results.Count(result => result.PValue <= 0.1), 40 - 19, 40 + 19);
        Assert.InRange(results.Average(result => result.PValue), 0.44, 0.56);
        var mean = results.Average(result => result.Statistic);
        Assert.Equal(results[0].NullMean, mean, 5 * results[0].NullDeviation / 20);
        Assert.InRange(Math.Sqrt(results.Average(result => Math.Pow(result.Statistic - mean, 2))) / results[0].NullDeviation, 0.8, 1.2);
    }

    [Fact]
    public void Run_OfOnePoint_IsTheDistanceFromTheDistributionFunction()
    {
        // Two degrees of freedom: F(r) = 1 − e^(−r/2); of one point D = max(F, 1 − F).
        var result = RadialTest.Run([1.0, 2.0], 2);
        Assert.Equal(1 - Math.Exp(-2.5), result.Statistic, 12);
    }

    [Theory]
    [InlineData(1.3)]
    [InlineData(0.8)]
    public void Run_OfScaledCodes_SeesItUnlessTheScaleIsThePriors(double scale)
    {
        double[] z = [.. TwoSampleCase.Gaussian(500, 4, 1).Select(value => 2 + scale * value)];
        var deviation = Enumerable.Repeat(scale, 4).ToArray();
        double[] mean = [2, 2, 2, 2];
        Assert.True(RadialTest.Run(z, 4, mean).PValue < 1e-4);
        Assert.InRange(RadialTest.Run(z, 4, mean, deviation).PValue, 0.01, 1);
        Assert.Equal(4, RadialTest.Squares(z, 4, mean, deviation).Average(), 0.6);
    }

    [Fact]
    public void Run_OfHollowCodes_SeesIt() => Assert.True(RadialTest.Run(TwoSampleCase.Hollow(300, 2, 1, 1), 2).PValue < 1e-6);

    [Fact]
    public void Run_OfBrokenRows_SaysSo() => Assert.Contains("points of 2", Assert.Throws<ArgumentException>(() => RadialTest.Run([1, 2, 3], 2)).Message, StringComparison.Ordinal);
}
