using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>The three entropies that the ELBO of a Gaussian VAE becomes where its variances are stationary, and what is missing elsewhere.</summary>
/// <remarks>
/// <para><b>Equation:</b> F_3E(x) = H[q(z|x)] − H[p(z)] − E_q H[p(x|z)], closed forms of the logarithms of variances (and determinants of
/// covariances). With a Gaussian prior and decoder the ELBO obeys, at any parameters, F − F_3E = ½(D − E_q Σ_d (x_d − μ_d)²/σ_d²) +
/// ½(L − E_q (z − m)ᵀ A⁻¹ (z − m)): what σ² misses, then what the second moments of the posterior miss.</para>
/// <para><b>Shapes:</b> (B) each; p(x|z) may have leading axes of samples, over which the mean is taken. <b>Units:</b> nats.</para>
/// <para>The two parts of the gap follow from terms that an objective has anyway: E_q log p(x|z) + H[p(x|z)] is the first, and
/// H[p(z)] − H[q(z|x)] − KL the second. F_3E is no bound: away from stationarity it lies on either side of the ELBO.</para>
/// <para><b>Source:</b> Damm et al. 2023, arXiv 2010.14860; derivation in methods/three-entropies.md 2.4 and 2.5.</para>
/// </remarks>
/// <param name="Sum">F_3E.</param>
/// <param name="VarianceGap">½(D − E_q Σ_d (x_d − μ_d)²/σ_d²).</param>
/// <param name="MomentGap">½(L − E_q (z − m)ᵀ A⁻¹ (z − m)), with A the covariance of the prior and m its mean.</param>
public readonly record struct GaussianEntropies(Tensor Sum, Tensor VarianceGap, Tensor MomentGap)
{
    /// <summary>From the parts of a Gaussian VAE.</summary>
    /// <param name="qz_x">q(z|x), a Gaussian with batch (B).</param>
    /// <param name="pz">p(z), a Gaussian.</param>
    /// <param name="px_z">p(x|z), a Gaussian with batch (…, B).</param>
    /// <param name="reconstruction">E_q log p(x|z) <c>(B)</c>, over the samples that <paramref name="px_z"/> was decoded from.</param>
    /// <param name="kl">KL(q(z|x) ‖ p(z)) <c>(B)</c>.</param>
    /// <returns>Null when one of the three has no closed-form entropy of a Gaussian.</returns>
    public static GaussianEntropies? Of(IDistribution qz_x, IDistribution pz, IDistribution px_z, Tensor reconstruction, Tensor kl)
    {
        if (!IsGaussian(qz_x) || !IsGaussian(pz) || px_z is not Normal decoder) return null;
        ArgumentNullException.ThrowIfNull(reconstruction);
        ArgumentNullException.ThrowIfNull(kl);
        var B = reconstruction.Shape[0];
        var posteriorOverPrior = ((IHasEntropy)qz_x).Entropy() - ((IHasEntropy)pz).Entropy();
        var decoderEntropy = decoder.Entropy().Reshape(-1, B).Mean(0);
        return new(posteriorOverPrior - decoderEntropy, reconstruction + decoderEntropy, -(kl + posteriorOverPrior));
    }

    private static bool IsGaussian(IDistribution distribution) => distribution is Normal or FullNormal;
}
