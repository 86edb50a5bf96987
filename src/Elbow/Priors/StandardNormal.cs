using System.ComponentModel;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = N(0, I).</summary>
/// <remarks>No parameters. Source: Tomczak, Deep Generative Modeling, section 4.4.1.1.</remarks>
public sealed class StandardNormal : Module, IPrior
{
    private readonly Tensor zero;

    /// <summary>A standard normal prior.</summary>
    public StandardNormal(PriorContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        zero = Constant(context.Init.Constant(0, context.LatentDim));
    }

    /// <summary>Configuration of a standard normal prior.</summary>
    [Description("N(0, I)")]
    public sealed record Config : PriorConfig
    {
        /// <inheritdoc/>
        public override IPrior Build(PriorContext context) => new StandardNormal(context);
    }

    /// <inheritdoc/>
    public IDistribution Density() => Normal.FromLogVar(zero, zero);
}
