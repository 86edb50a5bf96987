using Elbow.Evaluation;

namespace Elbow.Tests.Evaluation;

public sealed class PrincipalAxesTests
{
    private const int N = 50, L = 4;

    // Correlated coordinates of very different spread.
    private static readonly float[] Points = [.. Enumerable.Range(0, N).SelectMany(n => Row(Math.Sin(n), Math.Sin(2.3 * n), Math.Cos(5.7 * n), Math.Sin(0.1 * n * n)))];

    private readonly PrincipalAxes axes = PrincipalAxes.Of(Points, L);

    [Fact]
    public void Of_Points_AreUnitVectorsAtRightAnglesWithTheLargestLoadingPositive()
    {
        for (var j = 0; j < L; j++)
        {
            for (var k = 0; k < L; k++) Assert.Equal(j == k ? 1 : 0, Enumerable.Range(0, L).Sum(i => axes.Axes[j * L + i] * axes.Axes[k * L + i]), 12);
            Assert.True(axes.Axes.AsSpan(j * L, L).ToArray().MaxBy(Math.Abs) > 0);
        }
    }

    // numpy.cov(points, rowvar=False) written out: S v = λ v.
    [Fact]
    public void Of_Points_DiagonaliseTheSampleCovariance()
    {
        var mean = Enumerable.Range(0, L).Select(i => Enumerable.Range(0, N).Average(n => (double)Points[n * L + i])).ToArray();
        Assert.Equal(mean, axes.Centre, (a, b) => Math.Abs(a - b) < 1e-12);
        for (var k = 0; k < L; k++)
        {
            for (var i = 0; i < L; i++)
            {
                var product = Enumerable.Range(0, L).Sum(j => axes.Axes[k * L + j] * Enumerable.Range(0, N).Sum(n => (Points[n * L + i] - mean[i]) * (Points[n * L + j] - mean[j])) / (N - 1));
                Assert.Equal(axes.Variances[k] * axes.Axes[k * L + i], product, 10);
            }
        }
        Assert.Equal(axes.Variances.OrderDescending(), axes.Variances);
    }

    [Fact]
    public void Of_OnePoint_HasNoVariance()
    {
        var one = PrincipalAxes.Of([1f, 2f], 2);
        Assert.Equal([1, 2], one.Centre);
        Assert.Equal([0, 0], one.Variances);
    }

    private static float[] Row(double a, double b, double c, double d) => [(float)(5 + 3 * a + b), (float)(b - a), (float)(0.1 * c + a), (float)(0.01 * d)];
}
