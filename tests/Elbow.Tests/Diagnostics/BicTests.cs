using Elbow.Diagnostics;

namespace Elbow.Tests.Diagnostics;

public sealed class BicTests
{
    private const int D = 10, B = 10;

    // methods/three-entropies.md 5.1: log-likelihood of a batch of ten at the optimum of probabilistic PCA, and its criterion. Pure algebra.
    [Theory]
    [InlineData(6, 2, -180.63, 409.6)]
    [InlineData(6, 4, -159.31, 413.0)]
    [InlineData(6, 6, -90.33, 321.1)]
    [InlineData(2, 2, 38.56, -28.8)]
    [InlineData(2, 4, 38.56, 17.3)]
    [InlineData(2, 6, 38.56, 63.3)]
    [InlineData(4, 2, -119.68, 287.7)]
    [InlineData(4, 4, -22.35, 139.1)]
    [InlineData(4, 6, -22.35, 185.2)]
    public void Of_OptimumOfTheStream_IsTheColumnOfTheTable(int dataDim, int H, double optimum, double bic)
    {
        var value = B * LinearVae.Optimum(Eigenvalues(dataDim), H);
        Assert.Equal(optimum, value, 0.005 + 1e-9);
        // The table has the criterion of the printed, rounded optimum: at (4, 6) that rounds up what the exact one rounds down.
        Assert.Equal(bic, Bic.Of(optimum, Bic.ParametersOfTheAuthors(D, H), B), 0.05 + 1e-9);
        Assert.Equal(bic, Bic.Of(value, Bic.ParametersOfTheAuthors(D, H), B), 0.06 + 1e-9);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(2)]
    [InlineData(4)]
    public void Of_EitherCount_IsSmallestAtTheTrueDimension(int dataDim)
    {
        int[] candidates = [2, 4, 6];
        Assert.Equal(dataDim, candidates.MinBy(H => Bic.Of(B * LinearVae.Optimum(Eigenvalues(dataDim), H), Bic.ParametersOfTheAuthors(D, H), B)));
        Assert.Equal(dataDim, candidates.MinBy(H => Bic.Of(100_000 * LinearVae.Optimum(Eigenvalues(dataDim), H), Bic.Parameters(D, H), 100_000)));
    }

    [Fact]
    public void Parameters_OfALinearModel_LeaveOutRotations()
    {
        // W of 10 x 3 up to a rotation of three latents, ten means, one variance.
        Assert.Equal(10 + 30 - 3 + 1, Bic.Parameters(10, 3));
        Assert.Equal(31, Bic.ParametersOfTheAuthors(10, 3));
    }

    private static IEnumerable<double> Eigenvalues(int dataDim) =>
        Enumerable.Range(0, D).Select(j => (j < dataDim ? Math.Pow(1 + 4.0 * j / (D - 1), 2) : 0) + 0.01);
}
