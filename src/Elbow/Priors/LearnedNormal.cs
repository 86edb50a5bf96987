using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = N(0, diag(α_1² … α_L²)) with learned variances: the prior of VAE-2.</summary>
/// <remarks>
/// <para><b>Equation:</b> log p(z) = −½ Σ_h [ z_h²/α_h² + log α_h² + log 2π ].</para>
/// <para>Learned as log α_h², free of any activation. With a decoder whose first weight is free too, one scale per latent is redundant;
/// the objective <c>three-entropies</c> can hold the columns of that weight at unit length.</para>
/// <para><b>Source:</b> Damm et al. 2023, arXiv 2010.14860, VAE-2 (methods/three-entropies.md 2.2).</para>
/// </remarks>
public sealed class LearnedNormal : Module, IPrior
{
    private readonly Tensor zero;

    private LearnedNormal(Config config, PriorContext context)
    {
        zero = Constant(context.Init.Constant(0, context.LatentDim));
        LogVar = Parameter("logVar", context.Init.Constant(config.LogVar, context.LatentDim));
    }

    /// <summary>Configuration of a Gaussian prior with learned variances.</summary>
    [Description("Gaussian with a learned variance for each latent")]
    public sealed record Config : PriorConfig
    {
        /// <summary>The first value of log α_h²; 1 in the authors' code.</summary>
        [Description("first value of the logarithm of every variance"), Range(-20.0, 20.0)]
        public double LogVar { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context) => new LearnedNormal(this, context);
    }

    /// <summary>log α_h² <c>(L)</c>.</summary>
    public Tensor LogVar { get; }

    /// <inheritdoc/>
    public IDistribution Density() => Normal.FromLogVar(zero, LogVar);
}
