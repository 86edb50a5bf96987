using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

public sealed class ThreeEntropiesTests
{
    private const int N = 7, H = 3, D = 5;

    private static readonly double Log2PiE = Math.Log(2 * Math.PI * Math.E);

    // The formulas of methods/three-entropies.md 2.4, written out.
    [Fact]
    public void Of_Vae2_IsTheClosedForm()
    {
        using var scope = TensorScope.Open();
        var logTau = Small.Normal(1, N, H);
        double[] alpha = [0.3, 1.7, 2.2];
        var sum = logTau.Sum().ToDouble() / N - alpha.Sum(a => 0.5 * Math.Log(a)) - 0.5 * D * (Log2PiE + Math.Log(0.4));
        var found = ThreeEntropies.Of(
            Normal.FromLogVar(Small.Normal(2, N, H), 2 * logTau), Normal.FromLogVar(Tensor.Zeros([H], DType.Float64), Tensor.From(alpha).Log()),
            Normal.FromLogVar(Small.Normal(3, N, D), Tensor.From(0.4).Log()));
        Assert.Equal(sum, found.Sum, 1e-12);
        Assert.Equal(sum, ThreeEntropies.Of(logTau.Sum().ToDouble() / N, alpha, D, 0.4).Sum, 1e-12);
    }

    [Fact]
    public void Of_Vae1d_SumsTheDimensions()
    {
        using var scope = TensorScope.Open();
        var variances = Small.Normal(1, D).Exp();
        var found = ThreeEntropies.Of(Posterior(), Standard(), Normal.FromLogVar(Small.Normal(3, N, D), variances.Log()));
        Assert.Equal(0.5 * (D * Log2PiE + variances.Log().Sum().ToDouble()), found.Decoder, 1e-12);
    }

    [Fact]
    public void Of_Vae3_IsTheMeanOverSamplesOfZ()
    {
        using var scope = TensorScope.Open();
        var logVar = Small.Normal(1, 4, N, D);
        var found = ThreeEntropies.Of(Posterior(), Standard(), Normal.FromLogVar(Small.Normal(3, 4, N, D), logVar));
        Assert.Equal(0.5 * (D * Log2PiE + logVar.Sum(-1L).Mean().ToDouble()), found.Decoder, 1e-12);
    }

    [Fact]
    public void Of_FullCovariances_HasLogDeterminants()
    {
        using var scope = TensorScope.Open();
        var factor = Small.Normal(1, N, H, H).Tril() + 3 * Tensor.Eye(H, DType.Float64);
        var A = Small.Normal(2, H, H).Tril() + 3 * Tensor.Eye(H, DType.Float64);
        var found = ThreeEntropies.Of(new FullNormal(Small.Normal(2, N, H), factor), new FullNormal(Tensor.Zeros([H], DType.Float64), A), Normal.FromLogVar(Small.Normal(3, N, D), Tensor.Zeros([1], DType.Float64)));
        Assert.Equal(0.5 * (H * Log2PiE + factor.Matmul(factor.T).LogAbsDet().Mean().ToDouble()), found.Encoder, 1e-12);
        Assert.Equal(0.5 * (H * Log2PiE + A.Matmul(A.T).LogAbsDet().ToDouble()), found.Prior, 1e-12);
    }

    [Fact]
    public void Of_PartWithoutEntropy_IsRefusedByName()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("Point", Assert.Throws<ArgumentException>(() => ThreeEntropies.Of(new Point(Small.Normal(1, N, H)), Standard(), Posterior())).Message);
    }

    // With any Gaussian parts, full covariances and predicted variances included: F − F_3E is the two parts of the gap.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gap_AnyGaussians_IsWhatVariancesAndMomentsMiss(bool full)
    {
        using var scope = TensorScope.Open();
        IDistribution q = full ? new FullNormal(Small.Normal(2, N, H), Small.Normal(1, N, H, H).Tril() + 3 * Tensor.Eye(H, DType.Float64)) : Posterior();
        IDistribution p = full ? new FullNormal(Small.Normal(4, H), Small.Normal(5, H, H).Tril() + 3 * Tensor.Eye(H, DType.Float64)) : Normal.FromLogVar(Small.Normal(4, H), Small.Normal(6, H));
        var (mean, logVar, x) = (Small.Normal(7, 4, N, D), Small.Normal(8, 4, N, D), Small.Normal(9, N, D));
        var px_z = Normal.FromLogVar(mean, logVar);
        var (reconstruction, kl) = (px_z.LogProb(x).Mean(0), Kl.Exact(q, p)!);
        var entropies = GaussianEntropies.Of(q, p, px_z, reconstruction, kl)!.Value;
        Assert.Equal(0, (entropies.Sum + entropies.VarianceGap + entropies.MomentGap - (reconstruction - kl)).Abs().Amax(0).ToDouble(), 1e-12);
        var scaled = ((x - mean).Square() / logVar.Exp()).Sum(-1L).Mean(0);
        Assert.Equal(0, (entropies.VarianceGap - 0.5 * (D - scaled)).Abs().Amax(0).ToDouble(), 1e-12);
        Assert.Equal(ThreeEntropies.VarianceGap(D, scaled.Mean().ToDouble()), entropies.VarianceGap.Mean().ToDouble(), 1e-12);
        Assert.Equal(ThreeEntropies.Of(q, p, px_z).Sum, entropies.Sum.Mean().ToDouble(), 1e-12);
        if (q is not Normal diagonal || p is not Normal prior) return;
        var moments = ((diagonal.Mean - prior.Mean).Square() + diagonal.LogVar.Exp()).Mean(0) / prior.LogVar.Exp();
        Assert.Equal(moments.ToArray<double>().Sum(ThreeEntropies.MomentGap), entropies.MomentGap.Mean().ToDouble(), 1e-12);
    }

    private static Normal Posterior() => Normal.FromLogVar(Small.Normal(2, N, H), Small.Normal(10, N, H));

    private static Normal Standard() => Normal.FromLogVar(Tensor.Zeros([H], DType.Float64), Tensor.Zeros([H], DType.Float64));
}
