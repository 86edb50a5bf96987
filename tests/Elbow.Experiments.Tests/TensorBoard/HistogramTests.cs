using Elbow.Experiments.TensorBoard;

namespace Elbow.Experiments.Tests.TensorBoard;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(0.0, 1.0, 2.0, 29.9, 30.0)]
    [InlineData(-1e300, 0.0, 1e300)]
    [InlineData(5.0, 5.0)]
    [InlineData(0.0)]
    [InlineData(1e-310, 2e-310)]
    public void Of_Values_CountsEachOnceUnderItsLimit(params double[] values)
    {
        var histogram = Histogram.Of(values)!;

        Assert.Equal(values.Length, histogram.Bucket.Sum());
        Assert.Equal(histogram.Bucket.Count, histogram.BucketLimit.Count);
        Assert.True(histogram.BucketLimit[^1] >= values.Max());
        Assert.Equal(histogram.BucketLimit.Order(), histogram.BucketLimit);
        Assert.All(histogram.BucketLimit, limit => Assert.True(double.IsFinite(limit)));
    }

    [Fact]
    public void Of_Moments_AreThoseOfTheFiniteValues()
    {
        var histogram = Histogram.Of([1, double.NaN, -3, double.PositiveInfinity])!;

        Assert.Equal((-3, 1, 2, -2, 10), (histogram.Min, histogram.Max, histogram.Num, histogram.Sum, histogram.SumSquares));
    }

    [Fact]
    public void Of_NothingFinite_IsNull() => Assert.Null(Histogram.Of([double.NaN]));
}
