using Elbow.Evaluation;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class WhitenedScoreTests
{
    [Fact]
    public void Of_GaussianCodesOfAnyCovariance_ScoreAsTrueGaussians()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 1500, 4).Matmul(Small.Normal(2, 4, 4)) * 3;
        var score = WhitenedScore.Of(z.ToArray<double>(), 4);
        Assert.InRange(score.Z, -4, 4);
        Assert.Equal((1500, 4), (score.N, score.Sets));
        Assert.Equal(WhitenedEntropy.PerCode(z).Mean().ToDouble(), score.Codes.Value, 10);
    }

    [Fact]
    public void Of_ClusteredCodes_ScoreFarBelow()
    {
        using var scope = TensorScope.Open();
        var clustered = Small.Normal(1, 1000, 4) * 0.2 + Small.Normal(2, 5, 4).Repeat(200, 1);
        Assert.True(WhitenedScore.Of(clustered.ToArray<double>(), 4).Z < -10);
    }

    [Fact]
    public void Of_TooFewCodes_SaysSo() => Assert.Contains("more than 2", Assert.Throws<ArgumentException>(() => WhitenedScore.Of([1, 2, 3, 4], 2)).Message, StringComparison.Ordinal);
}
