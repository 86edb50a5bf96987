using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = N(m, diag α²), learned: the prior of VAE-2.</summary>
/// <remarks>
/// Without a constraint on the first decoder layer α and the scale of the weights trade against each other; the ELBO does not notice.
/// Source: Damm et al. 2023, arXiv 2010.14860, VAE-2 (methods/three-entropies.md 2.2, m = 0, log α² starting at 1). Departs from the
/// source: log α² starts at 0, the standard normal, unless <see cref="Config.InitialLogVar"/> says otherwise; m may be learned too.
/// </remarks>
public sealed class LearnedNormal : Module, IPrior
{
    private readonly Tensor mean;

    private LearnedNormal(Config config, PriorContext context)
    {
        var L = context.LatentDim;
        mean = config.LearnMean ? Parameter("mean", context.Init.Constant(0, L)) : Constant(context.Init.Constant(0, L));
        LogVar = Parameter("logVar", context.Init.Constant(config.InitialLogVar, L));
        if (config.Frozen) Freeze();
    }

    /// <summary>Configuration of a learned diagonal Gaussian.</summary>
    [Description("N(m, diag alpha^2) with learned variances (VAE-2)")]
    public sealed record Config : PriorConfig
    {
        /// <summary>log α² at the start.</summary>
        [Description("log alpha^2 at the start; 1 in the three-entropies code"), Range(-20.0, 20.0)]
        public double InitialLogVar { get; init; }

        /// <summary>Whether m is learned; else it is 0.</summary>
        [Description("learn the mean too; else it is 0")]
        public bool LearnMean { get; init; }

        /// <summary>Whether the prior stays as it starts.</summary>
        [Description("keep the prior as it starts")]
        public bool Frozen { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new LearnedNormal(this, context);
        }
    }

    /// <summary>log α² <c>(L)</c>.</summary>
    public Tensor LogVar { get; }

    /// <inheritdoc/>
    public IDistribution Density() => Normal.FromLogVar(mean, LogVar);
}
