using Elbow.Distributions;

namespace Elbow.Tests.Distributions;

public sealed class ChiSquaredTests
{
    [Theory]
    // methods/avae.md 8, item 11.
    [InlineData(1 - 1e-6, 16, 58.324, 5e-4)]
    [InlineData(0.99, 64, 93.217, 5e-4)]
    [InlineData(0.9, 128, 148.885, 5e-4)]
    [InlineData(0.95, 10, 18.307, 5e-4)]
    // Tables: Abramowitz and Stegun 26.8.
    [InlineData(0.95, 1, 3.84146, 5e-6)]
    [InlineData(0.005, 1, 3.92704e-5, 5e-10)]
    [InlineData(0.5, 2, 1.38629436, 1e-8)]
    [InlineData(0.999, 100, 149.449, 5e-4)]
    public void Quantile_OfTables_Agrees(double below, int degrees, double wanted, double tolerance) =>
        Assert.Equal(wanted, ChiSquared.Quantile(below, degrees), tolerance);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(128)]
    [InlineData(5000)]
    public void Quantile_OfAShare_HasThatShareBelow(int degrees)
    {
        foreach (var share in new[] { 1e-8, 0.01, 0.3, 0.5, 0.9, 1 - 1e-6 })
        {
            var (below, above) = ChiSquared.Tails(ChiSquared.Quantile(share, degrees), degrees);
            Assert.Equal(1, below / share, 1e-9);
            Assert.Equal(1, above / (1 - share), 1e-9);
        }
    }

    [Fact]
    public void Tails_TwoDegrees_AreExponential()
    {
        foreach (var x in new[] { 0.0, 1e-6, 0.5, 3, 40, 700 })
        {
            var (below, above) = ChiSquared.Tails(x, 2);
            Assert.Equal(1 - Math.Exp(-x / 2), below, 1e-14);
            Assert.Equal(1, above / Math.Exp(-x / 2), 1e-12);
        }
    }

    [Fact]
    public void Quantile_OfNoShare_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ChiSquared.Quantile(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChiSquared.Quantile(double.NaN, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChiSquared.Quantile(0.5, 0));
    }
}
