using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>Averages of independent draws against what they estimate.</summary>
internal static class MonteCarlo
{
    /// <summary>Checks that the mean of draws lies within some standard errors of the expectation.</summary>
    /// <param name="draws">Independent float64 values <c>(N)</c>, N at least 1000 so that the standard error itself is known.</param>
    /// <param name="expected">Their expectation.</param>
    /// <param name="what">Named when it fails.</param>
    /// <param name="standardErrors">How many are allowed.</param>
    internal static void Agree(Tensor draws, double expected, string what, double standardErrors = 5)
    {
        Assert.True(draws.Rank == 1 && draws.Count >= 1000, $"{what}: {draws.Shape} are too few draws to know a standard error");
        var mean = draws.Mean().ToDouble();
        var error = Math.Sqrt(draws.Var([0]).ToDouble() / draws.Count);
        Assert.True(Math.Abs(mean - expected) <= standardErrors * error + 1e-12, $"{what}: mean {mean:R} ± {error:G3}, expected {expected:R}");
    }
}
