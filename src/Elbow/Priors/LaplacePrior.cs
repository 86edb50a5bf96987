using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>Independent Laplace variables: p(z) = Π_j e^{−|z_j − μ|/b} / 2b.</summary>
/// <remarks>No parameters. Its entropy is L (1 + log 2b).</remarks>
public sealed class LaplacePrior : Module, IPrior
{
    private readonly Config config;
    private readonly Tensor location;

    private LaplacePrior(Config config, PriorContext context)
    {
        this.config = config;
        location = Constant(context.Init.Constant(config.Location, context.LatentDim));
    }

    /// <summary>Configuration of a Laplace prior.</summary>
    [Description("independent Laplace variables; nothing is learned")]
    public sealed record Config : PriorConfig
    {
        /// <summary>μ.</summary>
        [Description("mean of every latent"), Range(-1e6, 1e6)]
        public double Location { get; init; }

        /// <summary>b, the mean distance from the location.</summary>
        [Description("mean distance from the location; the standard deviation is 1.414 times this"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double Scale { get; init; } = 1;

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new LaplacePrior(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new Laplace(location, location.Scalar(Math.Log(config.Scale)));
}
