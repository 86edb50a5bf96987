using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The convergence meter of a Gaussian VAE as terms of an objective: how far the ELBO is from the sum of three entropies, and why.</summary>
/// <remarks>
/// <para><b>Terms:</b> <c>entropySum</c> = F_3E, <c>entropyGap</c> = ELBO − F_3E = <c>varianceGap</c> + <c>momentGap</c>; the first part is what
/// the decoder's variance misses, the second what the prior's variances (or, with N(0, I), the scale of the codes) miss. They cost no pass.</para>
/// <para>The mean of <c>entropyGap</c> over the training data is −∂F/∂log σ² − Σ_h ∂F/∂log α_h², hence zero once the variances have converged:
/// <see cref="GaussianEntropies"/>. On held-out data it need not vanish.</para>
/// </remarks>
internal static class EntropyMeter
{
    /// <summary>The term that goes to zero.</summary>
    internal const string Gap = "entropyGap";

    /// <summary>Why the ELBO of such a model does not converge to its entropy sum, or null when it does.</summary>
    internal static Misfit? Misfit(ModelConfig parts) => parts switch
    {
        { Hierarchy: not (null or Stacked.Config { Layers.Count: 1 }) } =>
            new("model.hierarchy", "the three entropies are those of one layer of latents under a Gaussian prior", "leave model.hierarchy out, or use objective.kind elbo"),
        { Likelihood: not NormalLikelihood.Config } =>
            new("model.likelihood", "the three entropies need a Gaussian decoder with learned variance", "set model.likelihood.kind to normal"),
        { Likelihood: NormalLikelihood.Config { Scale: ScaleOf.Fixed } } =>
            new("model.likelihood.scale", "the three entropies need a Gaussian decoder with learned variance, and this one is fixed", "set model.likelihood.scale to learned, perDimension or decoder"),
        { Posterior: not (DiagonalNormalPosterior.Config or FullNormalPosterior.Config) } =>
            new("model.posterior", "the three entropies need a Gaussian posterior", "set model.posterior.kind to diagonalNormal or fullNormal"),
        { Prior: not (StandardNormal.Config or LearnedNormal.Config) } =>
            new("model.prior", "the three entropies need a Gaussian prior", "set model.prior.kind to standardNormal or learnedNormal"),
        _ => null,
    };

    /// <summary>The four terms <c>(B)</c>, or none where a part is no Gaussian.</summary>
    internal static Term[] Terms(IDistribution qz_x, IDistribution pz, IDistribution px_z, Tensor reconstruction, Tensor kl)
    {
        using var frozen = Autograd.NoGrad();
        if (GaussianEntropies.Of(qz_x, pz, px_z, reconstruction, kl) is not { } entropies) return [];
        return
        [
            new("entropySum", entropies.Sum), new(Gap, entropies.VarianceGap + entropies.MomentGap),
            new("varianceGap", entropies.VarianceGap), new("momentGap", entropies.MomentGap),
        ];
    }
}
