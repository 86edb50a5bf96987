using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class DidYouMeanTests
{
    private static readonly string[] s_names = ["elbo", "iwae", "latentDim", "betaElbo"];

    [Theory]
    [InlineData("ELBO", "elbo")]
    [InlineData("elob", "elbo")]
    [InlineData("ewae", "iwae")]
    [InlineData("latent-dim", "latentDim")]
    [InlineData("latentDimension", null)]
    [InlineData("betaelb", "betaElbo")]
    [InlineData("vampPrior", null)]
    [InlineData("", null)]
    public void Closest_Word_IsTheNearestOrNone(string word, string? expected) => Assert.Equal(expected, DidYouMean.Closest(word, s_names));

    [Fact]
    public void Closest_HugeWord_IsCheapAndNone() => Assert.Null(DidYouMean.Closest(new string('a', 10_000_000), s_names));
}
