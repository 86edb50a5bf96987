namespace Elbow.Tests;

public sealed class EstimateTests
{
    [Fact]
    public void Of_Values_IsMeanAndSampleDeviationOverRootN()
    {
        var estimate = Estimate.Of([1.0, 2, 4, 9]);
        Assert.Equal(4, estimate.Value);
        Assert.Equal(Math.Sqrt((9 + 4 + 0 + 25) / 3.0 / 4), estimate.StandardError, 1e-14);
    }

    [Fact]
    public void FromSums_SameValues_Agrees()
    {
        double[] values = [-99.5, -101.25, -100.125, -98];
        var (direct, sums) = (Estimate.Of(values), Estimate.FromSums(values.Sum(), values.Sum(value => value * value), values.Length));
        Assert.Equal(direct.Value, sums.Value, 1e-12);
        Assert.Equal(direct.StandardError, sums.StandardError, 1e-9);
    }

    [Fact]
    public void Of_OneValue_HasNoError() => Assert.True(double.IsNaN(Estimate.Of([3.0]).StandardError));

    [Fact]
    public void Of_LargeOffset_KeepsTheSpread() =>
        Assert.Equal(Estimate.Of([1.0, 2, 3]).StandardError, Estimate.Of([1e9 + 1, 1e9 + 2, 1e9 + 3]).StandardError, 1e-6);

    [Fact]
    public void Affine_NegativeFactor_KeepsTheErrorPositive() => Assert.Equal(new Estimate(-5, 0.5), new Estimate(2, 0.25).Affine(-2, -1));
}
