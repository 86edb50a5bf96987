using System.ComponentModel;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = N(m, S Sᵀ), learned, S lower triangular with a positive diagonal. It starts as N(0, I).</summary>
/// <remarks>The maximum of the ELBO in its parameters is the mean and the covariance of q(z) (methods/three-entropies.md 2.4, extensions).</remarks>
public sealed class FullNormalPrior : Module, IPrior
{
    private readonly Tensor mean;
    private readonly Tensor logDiagonal;
    private readonly Tensor below;

    private FullNormalPrior(Config config, PriorContext context)
    {
        var L = context.LatentDim;
        mean = config.LearnMean ? Parameter("mean", context.Init.Constant(0, L)) : Constant(context.Init.Constant(0, L));
        logDiagonal = Parameter("logDiagonal", context.Init.Constant(0, L));
        below = Parameter("below", context.Init.Constant(0, L, L));
        if (config.Frozen) Freeze();
    }

    /// <summary>Configuration of a learned Gaussian with full covariance.</summary>
    [Description("N(m, S S^T) with a learned covariance")]
    public sealed record Config : PriorConfig
    {
        /// <summary>Whether m is learned; else it is 0.</summary>
        [Description("learn the mean too; else it is 0")]
        public bool LearnMean { get; init; }

        /// <summary>Whether the prior stays as it starts.</summary>
        [Description("keep the prior as it starts, N(0, I)")]
        public bool Frozen { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new FullNormalPrior(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new FullNormal(mean, below.Tril(-1) + logDiagonal.Exp().DiagEmbed());
}
