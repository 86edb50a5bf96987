using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>A box with soft walls: every latent is uniform on [low, high] plus logistic noise.</summary>
/// <remarks>
/// No parameters. A hard box has log p = −∞ outside, where every Gaussian posterior has mass (methods/ed-vae.md 7.8); this one is
/// normalised and finite everywhere.
/// </remarks>
public sealed class SoftUniformPrior : Module, IPrior
{
    private readonly Config config;
    private readonly Tensor centre;

    private SoftUniformPrior(Config config, PriorContext context)
    {
        this.config = config;
        centre = Constant(context.Init.Constant((config.Low + config.High) / 2, context.LatentDim));
    }

    /// <summary>Configuration of a soft box.</summary>
    [Description("a box with soft walls; nothing is learned")]
    public sealed record Config : PriorConfig, IValidatableConfig
    {
        /// <summary>a.</summary>
        [Description("lower wall"), Range(-1e6, 1e6)]
        public double Low { get; init; } = -1;

        /// <summary>b.</summary>
        [Description("upper wall"), Range(-1e6, 1e6)]
        public double High { get; init; } = 1;

        /// <summary>τ: the distance over which a wall falls by e.</summary>
        [Description("distance over which a wall falls by a factor of e"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double Softness { get; init; } = 0.05;

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new SoftUniformPrior(this, context);
        }

        /// <inheritdoc/>
        public IEnumerable<ConfigError> Validate()
        {
            if (Low >= High) yield return new ConfigError("low", $"the box from {Low} to {High} is empty", "set low below high");
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new SoftUniform(centre, config.High - config.Low, config.Softness);
}
