using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Diagnostics;

/// <summary>The three entropies of a Gaussian VAE, means over the data: at stationary points their signed sum is the ELBO.</summary>
/// <remarks>
/// <para><b>Equation:</b> F_3E = (1/N) Σ_n H[q(z|x_n)] − H[p(z)] − E H[p(x|z)]. For VAE-1 and VAE-2 that is (1/N) Σ_n Σ_h log(τ_h(x_n)/α_h) −
/// (D/2) log 2πeσ²; VAE-1d has ½ Σ_d log 2πeσ_d² in place of the last term, VAE-3 its mean over samples of z; full covariances have log-determinants.
/// Gap: F − F_3E = ½(D − ⟨Σ_d (x_d − μ_d)²/σ_d²⟩) + ½ Σ_h (1 − m_h/α_h²) at any parameters.</para>
/// <para><b>Units:</b> nats. <b>Biased when:</b> F_3E is no bound; it lies above the ELBO where σ² or α² are too small. The equality is one of
/// training means: on held-out data the two differ.</para>
/// <para><b>Source:</b> Damm et al. 2023, arXiv 2010.14860; methods/three-entropies.md 2.4, 2.5 and 2.9 (the theorem's printed wording is not known here;
/// the formulas are derived there).</para>
/// </remarks>
/// <param name="Encoder">(1/N) Σ_n H[q(z|x_n)].</param>
/// <param name="Prior">H[p(z)].</param>
/// <param name="Decoder">E H[p(x|z)].</param>
public sealed record ThreeEntropies(double Encoder, double Prior, double Decoder)
{
    /// <summary>½ log 2πe: entropy of N(0, 1), the upper reference of a latent.</summary>
    public static readonly double Unit = 0.5 * Math.Log(2 * Math.PI * Math.E);

    /// <summary>F_3E = encoder − prior − decoder.</summary>
    public double Sum => Encoder - Prior - Decoder;

    /// <summary>Of any Gaussian parts, diagonal or full; means over all batch axes.</summary>
    /// <exception cref="ArgumentException">A part has no entropy in closed form.</exception>
    public static ThreeEntropies Of(IDistribution qz_x, IDistribution pz, IDistribution px_z) => new(Mean(qz_x), Mean(pz), Mean(px_z));

    /// <summary>Of VAE-1 and VAE-2, from variances alone.</summary>
    /// <param name="meanLogTau">(1/N) Σ_n Σ_h log τ_h(x_n).</param>
    /// <param name="priorVariance">α_h² for each latent; ones for VAE-1.</param>
    /// <param name="D">Data dimensions.</param>
    /// <param name="variance">σ².</param>
    public static ThreeEntropies Of(double meanLogTau, IReadOnlyList<double> priorVariance, int D, double variance)
    {
        ArgumentNullException.ThrowIfNull(priorVariance);
        return new(meanLogTau + priorVariance.Count * Unit, priorVariance.Sum(Entropy), D * Entropy(variance));
    }

    /// <summary>½ log 2πes².</summary>
    public static double Entropy(double variance) => Unit + 0.5 * Math.Log(variance);

    /// <summary>½(D − ⟨Σ_d (x_d − μ_d)²/σ_d²⟩): what the decoder's variance contributes to F − F_3E; R/σ² for one variance.</summary>
    public static double VarianceGap(int D, double scaledSquares) => 0.5 * (D - scaledSquares);

    /// <summary>½(1 − m_h/α_h²): what one latent contributes to F − F_3E.</summary>
    public static double MomentGap(double secondMoment) => 0.5 * (1 - secondMoment);

    /// <summary>F_prof: the ELBO of VAE-2 with σ² = R/D and α_h² = m_h put in, its largest value over all variances.</summary>
    /// <param name="meanLogTau">(1/N) Σ_n Σ_h log τ_h(x_n).</param>
    /// <param name="secondMoments">m_h for each latent.</param>
    /// <param name="D">Data dimensions.</param>
    /// <param name="squares">R = ⟨‖x − μ(z)‖²⟩.</param>
    public static double Profiled(double meanLogTau, IReadOnlyList<double> secondMoments, int D, double squares) => Of(meanLogTau, secondMoments, D, squares / D).Sum;

    private static double Mean(IDistribution part) => part is IHasEntropy known
        ? known.Entropy().To(DType.Float64).Mean().ToDouble()
        : throw new ArgumentException($"{part?.GetType().Name} has no entropy in closed form: the three entropies are those of Gaussians");
}
