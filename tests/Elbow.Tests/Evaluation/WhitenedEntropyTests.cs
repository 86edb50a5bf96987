using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

/// <summary>methods/avae.md 8, item 13.</summary>
public sealed class WhitenedEntropyTests
{
    [Theory]
    // In more dimensions fewer draws than the 10,000 of the protocol score the same: nearly all meet the ceiling. Widths are those of the released configurations.
    [InlineData(16, 0.72, 10_000, 8.76, 0.03)]
    [InlineData(64, 1.02, 3000, 32.37, 0.03)]
    [InlineData(128, 1.12, 3000, 56.12, 0.03)]
    public void OfGaussian_InThePapersDimensions_IsNearTheKnownScores(int L, double optimal, long N, double wanted, double tolerance)
    {
        using var scope = TensorScope.Open();
        // Three sets: that of one scatters by about 0.02.
        var scores = Enumerable.Range(1, 3).Average(seed => WhitenedEntropy.OfGaussian(N, L, new Generator((ulong)seed), new Bandwidth(L, 2, optimal, 0).Corrected).Mean().ToDouble());
        Assert.Equal(wanted, scores, tolerance);
    }

    [Theory]
    [InlineData(16, 0.72, 12.057)]
    [InlineData(64, 1.02, 32.384)]
    [InlineData(128, 1.12, 56.118)]
    public void PerCode_OfCodesFarApart_IsTheCeiling(int L, double optimal, double ceiling)
    {
        using var scope = TensorScope.Open();
        // One code far from all others in a direction that the others do not have.
        var z = Tensor.Cat(0, Small.Normal(1, 400, L), Tensor.Full(1e3, [1, L], DType.Float64));
        Assert.Equal(ceiling, WhitenedEntropy.PerCode(z, new Bandwidth(L, 2, optimal, 0).Corrected)[400].ToDouble(), 2e-3);
    }

    [Fact]
    public void PerCode_OfClusters_IsLowerThanOfAGaussian()
    {
        using var scope = TensorScope.Open();
        var (spread, centres) = (Small.Normal(1, 1500, 8), Small.Normal(2, 5, 8));
        var clustered = spread * 0.2 + centres.Repeat(300, 1);
        Assert.True(WhitenedEntropy.PerCode(clustered, 0.5).Mean().ToDouble() < WhitenedEntropy.PerCode(spread, 0.5).Mean().ToDouble() - 1);
    }

    [Fact]
    public void Whiten_AnyCodes_HaveTheIdentityAsSecondMoment()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 500, 6).Matmul(Small.Normal(2, 6, 6)) * 3;
        var w = WhitenedEntropy.Whiten(z);
        Assert.True((w.Transpose(0, 1).Matmul(w) * (1.0 / 499) - Tensor.Eye(6, DType.Float64)).Abs().Amax(0, 1).ToDouble() < 1e-2);
    }

    [Fact]
    public void PerCode_OfTurnedCodes_IsTheSame()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 300, 5) * Tensor.From(1.0, 2, 0.3, 5, 1).Unsqueeze(0);
        var (turn, _) = Small.Normal(3, 5, 5).Qr();
        Assert.True((WhitenedEntropy.PerCode(z, 0.5) - WhitenedEntropy.PerCode(z.Matmul(turn), 0.5)).Abs().Amax(0).ToDouble() < 1e-9);
    }
}
