using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>The density of every sample under every member of a batch: log q(z_i|x_j), the raw material of aggregated posteriors.</summary>
/// <remarks>
/// <para><b>Equation:</b> ℓ_ij = log q(z_i|x_j), for a diagonal Gaussian −½ Σ_l [ (z_il − μ_jl)²/σ_jl² + log σ_jl² + log 2π ]; the mixture
/// over j estimates the density of the aggregated posterior q(z) at z_i.</para>
/// <para><b>Shapes:</b> z <c>(P, L)</c>, q with batch <c>(B)</c> and events <c>(L)</c> → <c>(P, B)</c>, or for each latent <c>(P, B, L)</c>.
/// <b>Units:</b> nats.</para>
/// <para><b>Valid when:</b> always. Of float32 diagonal Gaussians the squares are multiplied out to three matrix products, which need no
/// memory of P·B·L numbers. The terms of that sum are of size z²/σ² and cancel, so that it is formed in float64, after the mean of μ is
/// taken from both: its error, about z²/σ²·10⁻¹⁶, then lies below what rounding z and μ to float32 has done already. In float64 there is
/// no wider type to hide in, and the differences are squared one by one.</para>
/// </remarks>
public static class PairwiseNormal
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <summary>log q(z_i|x_j) of the whole latent vector. <c>z (P, L)</c> → <c>(P, B)</c>.</summary>
    /// <param name="qz_x">Batch (B), events (L): a <see cref="Normal"/>, or anything whose density broadcasts over leading axes.</param>
    /// <param name="z">Samples.</param>
    /// <exception cref="ShapeException">z is not a matrix with L columns.</exception>
    public static Tensor LogProb(IDistribution qz_x, Tensor z)
    {
        ArgumentNullException.ThrowIfNull(qz_x);
        ArgumentNullException.ThrowIfNull(z);
        z.MustBe([-1, qz_x.Mean.Shape[-1]]);
        return qz_x is Normal q && z.DType != DType.Float64 ? ByProducts(q, z) : qz_x.LogProb(z.Unsqueeze(1)).MustBe([z.Shape[0], qz_x.Mean.Shape[0]]);
    }

    /// <summary>log q(z_il|x_j) of each latent by itself. <c>z (P, L)</c> → <c>(P, B, L)</c>.</summary>
    /// <param name="qz_x">Batch (B), events (L).</param>
    /// <param name="z">Samples.</param>
    /// <exception cref="ShapeException">z is not a matrix with L columns.</exception>
    public static Tensor LogProbOfEach(Normal qz_x, Tensor z)
    {
        ArgumentNullException.ThrowIfNull(qz_x);
        ArgumentNullException.ThrowIfNull(z);
        z.MustBe([-1, qz_x.Mean.Shape[-1]]);
        return qz_x.WithEventAxes(0).LogProb(z.Unsqueeze(1));
    }

    private static Tensor ByProducts(Normal q, Tensor z)
    {
        var mean = q.Mean.To(DType.Float64);
        var logVar = q.LogVar.To(DType.Float64).Expand(mean.Shape);
        var centre = mean.Detach().Mean(0L);
        var (zc, mc, precision) = (z.To(DType.Float64) - centre, mean - centre, (-logVar).Exp());
        var weighed = mc * precision;
        var constant = (mc * weighed + logVar).Sum(1L) + mean.Shape[1] * LogTwoPi;
        var squares = zc.Square().Matmul(precision.T) - 2 * zc.Matmul(weighed.T);
        return (-0.5 * (squares + constant)).To(z.DType);
    }
}
