using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>
/// Entropy of the aggregated posterior q(z) = E q(z|x) and mutual information I between x and z, from one batch: each as one number per
/// example, whose mean is the estimate.
/// </summary>
/// <remarks>
/// <para><b>Equation:</b> with ℓ_ij = log q(z_i|x_j), z_i ~ q(z|x_i), from <see cref="PairwiseNormal"/>, and F_ij = f(x_j, z_i):
/// Ĥ_mix = −[LSE_j ℓ_ij − log B]; Ĥ_loo = −[LSE_{j≠i} ℓ_ij − log(B − 1)]; Î_NCE = log B + F_ii − LSE_j F_ij;
/// Î_loo = ℓ_ii − LSE_{j≠i} ℓ_ij + log(B − 1).</para>
/// <para><b>Shapes:</b> ℓ, F <c>(B, B)</c> → <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Biased when:</b> always, in a known direction: Î_NCE ≤ I ≤ Î_loo and Ĥ_mix ≤ H ≤ Ĥ_loo in expectation; the former of each
/// pair rises with B, the latter falls. Î_NCE ≤ log B for every batch and critic. Ĥ_mix − Î_NCE with F = ℓ is −mean ℓ_ii, exactly.</para>
/// <para><b>Special cases:</b> of one example nothing can be left out: Ĥ_loo and Î_loo are then Ĥ_mix and 0.</para>
/// <para><b>Source:</b> Î_NCE: van den Oord et al. 2018, arXiv 1807.03748, equations 4 and 5; brackets of this kind: Poole et al. 2019, arXiv
/// 1905.06922, equations 10 and 14.</para>
/// </remarks>
public static class AggregateEstimators
{
    /// <summary>Ĥ_mix: entropy with every member of the batch in the mixture; low.</summary>
    public static Tensor MixtureEntropy(Tensor logQz_x) => -LogMean(Square(logQz_x));

    /// <summary>Ĥ_loo: entropy with z_i's own member left out; high.</summary>
    public static Tensor LeaveOneOutEntropy(Tensor logQz_x)
    {
        var B = Square(logQz_x).Shape[0];
        return B == 1 ? MixtureEntropy(logQz_x) : Math.Log(B - 1) - WithoutDiagonal(logQz_x).LogSumExp(1);
    }

    /// <summary>Î_NCE: mutual information from the scores of a critic; low.</summary>
    public static Tensor InfoNce(Tensor scores) => Square(scores).Diagonal() - LogMean(scores);

    /// <summary>Î_loo: mutual information with z_i's own member left out; high, and of great variance when the posteriors are narrow.</summary>
    public static Tensor LeaveOneOutInformation(Tensor logQz_x) => Square(logQz_x).Diagonal() + LeaveOneOutEntropy(logQz_x);

    /// <summary>
    /// Entropy by a Gaussian kernel estimate that leaves each point out of its own density, for encoders without one. <c>z (B, L)</c> → <c>(B)</c>.
    /// </summary>
    /// <remarks>
    /// Bandwidth of latent l by Silverman's rule, σ̂_l (4/((L + 2) B))^(1/(L + 4)), σ̂_l the deviation in the batch, through which gradients pass:
    /// scaling z by c adds L log c exactly. High in expectation; the kernel's width adds more, ever more with L. B ≥ 2.
    /// Source: Silverman 1986, Density Estimation, equation 4.14.
    /// </remarks>
    public static Tensor KernelEntropy(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var (B, L) = (z.Shape[0], z.Shape[1]);
        if (B < 2) return z.Sum(1L) * 0;
        var factor = Math.Pow(4 / ((L + 2.0) * B), 1 / (L + 4.0));
        // A latent that is the same for the whole batch has no bandwidth: it gets a tiny one.
        var logVar = (z.Var([0]) + 1e-12).Log() + 2 * Math.Log(factor);
        return LeaveOneOutEntropy(PairwiseNormal.LogProb(Normal.FromLogVar(z, logVar.Unsqueeze(0).Expand(z.Shape)), z));
    }

    private static Tensor LogMean(Tensor square) => square.LogSumExp(1) - Math.Log(square.Shape[1]);

    private static Tensor WithoutDiagonal(Tensor square) =>
        Tensor.Where(Tensor.Eye(square.Shape[0], square.DType, square.Device).Eq(1), double.NegativeInfinity, square);

    private static Tensor Square(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.MustBe([matrix.Shape[0], matrix.Shape[0]], "[B, B]");
    }
}
