namespace Elbow.Diagnostics;

/// <summary>Schwarz's criterion for the number of latents of a linear VAE; the smallest value chooses.</summary>
/// <remarks>
/// Equation: BIC = k log n − 2 log L, with the log-likelihood, in nats, replaced by the ELBO or by the sum of three entropies. Sources: Schwarz 1978;
/// the streaming experiment of Damm et al. 2023 (methods/three-entropies.md 2.9 and 7).
/// </remarks>
public static class Bic
{
    /// <summary>k log n − 2 log L.</summary>
    /// <param name="logLikelihood">Summed over the n examples, nats.</param>
    /// <param name="parameters">k.</param>
    /// <param name="n">Examples.</param>
    public static double Of(double logLikelihood, int parameters, double n) => parameters * Math.Log(n) - 2 * logLikelihood;

    /// <summary>HD + 1: as the authors count, without the mean and with the rotations. Kept so that their table can be reproduced.</summary>
    public static int ParametersOfTheAuthors(int D, int H) => H * D + 1;

    /// <summary>D + DH − H(H − 1)/2 + 1: mean, weights up to rotation, and the variance.</summary>
    public static int Parameters(int D, int H) => D + D * H - H * (H - 1) / 2 + 1;
}
