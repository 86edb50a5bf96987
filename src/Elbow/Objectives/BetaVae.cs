using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Models;

namespace Elbow.Objectives;

/// <summary>The β-VAE: the ELBO with another weight on its divergence. A name of its own for <see cref="Elbo"/>, with the weight that makes it one.</summary>
/// <remarks>
/// <para><b>Equation:</b> E_q(z|x)[log p(x|z)] − β KL(q(z|x) ‖ p(z)); the term <c>elbo</c> stays the one with β = 1.</para>
/// <para><b>Special cases:</b> β = 1 is the ELBO; β &gt; 1 is a lower bound on it, β &lt; 1 is no bound.</para>
/// <para><b>Source:</b> Higgins et al. 2017, equation 4. <b>Departs from the source:</b> no.</para>
/// </remarks>
public static class BetaVae
{
    /// <summary>Configuration of the β-VAE.</summary>
    [Description("the evidence lower bound with a weight on its divergence (beta-VAE)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>β.</summary>
        [Description("weight of the divergence after warm-up"), Range(0.0, 1e6)]
        public double Beta { get; init; } = 4;

        /// <summary>K: samples of z for each example.</summary>
        [Description("samples of z for each example"), Range(1, 10_000)]
        public int Samples { get; init; } = 1;

        /// <summary>Rise of β at the start of training.</summary>
        [Description("rise of beta at the start of training")]
        public WarmUp WarmUp { get; init; } = new();

        /// <inheritdoc/>
        public override double WarmUpEpochs => WarmUp.Epochs;

        private Elbo.Config Weighed => new() { Beta = Beta, Samples = Samples, WarmUp = WarmUp };

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context) => Weighed.Build(context);

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts) => Weighed.Misfits(parts);
    }
}
