using System.ComponentModel;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>Independent coordinates: the first ⌈L/2⌉ Laplace(0, 1), the others Gumbel(0, 1). Heavy tails and skewness at once.</summary>
/// <remarks>
/// No parameters; at least 2 latents. Its entropy is 1 + log 2 for each Laplace coordinate and 1 + γ for each Gumbel one.
/// Source: the prior N3 of methods/ed-vae.md 4.1, for L = 2.
/// </remarks>
public sealed class LaplaceGumbel : Module, IPrior
{
    private readonly Tensor laplace;
    private readonly Tensor gumbel;

    private LaplaceGumbel(PriorContext context)
    {
        if (context.LatentDim < 2) throw new ArgumentException("laplaceGumbel has latents of two kinds: it needs at least 2 latents");
        var first = (context.LatentDim + 1) / 2;
        laplace = Constant(context.Init.Constant(0, first));
        gumbel = Constant(context.Init.Constant(0, context.LatentDim - first));
    }

    /// <summary>Configuration of a Laplace and Gumbel prior.</summary>
    [Description("the first half of the latents Laplace(0, 1), the others Gumbel(0, 1); nothing is learned")]
    public sealed record Config : PriorConfig
    {
        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new LaplaceGumbel(context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new Product(new Laplace(laplace, laplace), new Gumbel(gumbel, gumbel));
}
