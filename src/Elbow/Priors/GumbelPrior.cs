using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>Independent Gumbel variables: p(z) = Π_j e^{−y_j − e^{−y_j}} / s, y_j = (z_j − μ)/s.</summary>
/// <remarks>No parameters. Its entropy is L (1 + γ + log s), γ = 0.5772…</remarks>
public sealed class GumbelPrior : Module, IPrior
{
    private readonly Config config;
    private readonly Tensor location;

    private GumbelPrior(Config config, PriorContext context)
    {
        this.config = config;
        location = Constant(context.Init.Constant(config.Location, context.LatentDim));
    }

    /// <summary>Configuration of a Gumbel prior.</summary>
    [Description("independent Gumbel variables, skewed to the right; nothing is learned")]
    public sealed record Config : PriorConfig
    {
        /// <summary>μ.</summary>
        [Description("mode of every latent"), Range(-1e6, 1e6)]
        public double Location { get; init; }

        /// <summary>s; the standard deviation is π s / √6.</summary>
        [Description("scale; the standard deviation is 1.283 times this"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double Scale { get; init; } = 1;

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new GumbelPrior(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new Gumbel(location, location.Scalar(Math.Log(config.Scale)));
}
