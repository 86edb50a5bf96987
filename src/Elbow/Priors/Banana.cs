using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>z = (u₁, u₂ + c (u₁² − 1), u₃, …), u ~ N(0, I): bent, with the entropy of N(0, I).</summary>
/// <remarks>No parameters; at least 2 latents. Source: the prior N2 of methods/ed-vae.md 4.1, c = 0.5.</remarks>
public sealed class Banana : Module, IPrior
{
    private readonly Bend bend;
    private readonly Tensor zero;

    private Banana(Config config, PriorContext context)
    {
        if (context.LatentDim < 2) throw new ArgumentException("a banana lies in a plane: it needs at least 2 latents");
        bend = new Bend(config.Curvature);
        zero = Constant(context.Init.Constant(0, context.LatentDim));
    }

    /// <summary>Configuration of a banana-shaped prior.</summary>
    [Description("a banana: N(0, I) with the first latent bent into the second; nothing is learned")]
    public sealed record Config : PriorConfig
    {
        /// <summary>c.</summary>
        [Description("curvature"), Range(-100.0, 100.0)]
        public double Curvature { get; init; } = 0.5;

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new Banana(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new Flow(Normal.FromLogVar(zero, zero), [bend]);
}
