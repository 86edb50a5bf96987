using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>x → q(z|x).</summary>
public interface IInference
{
    /// <summary>q(z|x). <c>x (B, D)</c> → batch (B), events (L).</summary>
    IDistribution Given(Tensor x);
}

/// <summary>The parts of a model whose latents z = (z_1, …, z_R) come in layers, z_1 next to the data: two joint distributions over the concatenation.</summary>
/// <param name="Inference">x → q(z_1, …, z_R|x); a module when it has parameters.</param>
/// <param name="Prior">p(z_1, …, z_R).</param>
/// <param name="Decoded">How many of the first latents the decoder sees.</param>
public sealed record Hierarchy(IInference Inference, IPrior Prior, int Decoded);

/// <summary>Chooses how the layers depend on each other.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Stacked.Config), "stacked")]
[JsonDerivedType(typeof(TopDown.Config), "topDown")]
[JsonDerivedType(typeof(TwoLevel.Config), "twoLevel")]
public abstract record HierarchyConfig
{
    /// <summary>Latents of each layer, z_1 first.</summary>
    [Description("latents of each layer, the one next to the data first; their sum is model.latentDim"), MinLength(1)]
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>The dense network of each link between layers.</summary>
    [Description("dense network of each link between layers")]
    public Mlp.Config Link { get; init; } = new();

    /// <summary>Builds inference and joint prior.</summary>
    /// <param name="parts">The model's configuration, whose encoder and posterior the inference is made of; its prior is that of the top layer.</param>
    /// <param name="context">What the joint prior may be made from; L is that of all layers.</param>
    /// <exception cref="ArgumentException">The prior does not fit the top layer.</exception>
    public abstract Hierarchy Build(ModelConfig parts, PriorContext context);

    /// <summary>Everything about the parts that this hierarchy cannot work with.</summary>
    public virtual IEnumerable<Misfit> Misfits(ModelConfig parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (Layers.Any(size => size < 1)) yield return new("model.hierarchy.layers", "a layer has less than one latent", "give every layer at least one");
        if (Layers.Sum(size => (long)size) is var total && total != parts.LatentDim)
            yield return new("model.latentDim", $"got {parts.LatentDim}, the layers of the hierarchy have {total} together", $"set model.latentDim to {total}, or change model.hierarchy.layers");
        if (parts.Posterior is PointPosterior.Config)
            yield return new("model.posterior", "a hierarchy needs a density at every layer, a deterministic encoder has none", "use diagonalNormal or fullNormal");
        if (Link.Hidden.Any(width => width is < 1 or > 1_000_000)) yield return new("model.hierarchy.link.hidden", "a layer's width is below 1 or above 1000000", "use widths from 1 to 1000000");
    }

    /// <summary>A link: R^inputs → numbers of a head.</summary>
    private protected Conditional BuildLink(int inputs, IPosterior head, Init init) =>
        new(Link.BuildEncoder(DataShape.Vector(inputs), head.Outputs, init), head);

    /// <summary>The Gaussian p(z_r|z_(r+1)) of every generative link but the last, which has no parent.</summary>
    private protected Conditional[] GenerativeLinks(Init init) =>
        [.. Enumerable.Range(0, Layers.Count - 1).Select(r => BuildLink(Layers[r + 1], new DiagonalNormalPosterior.Config().Build(Layers[r], init), init))];
}

/// <summary>p(z_1|z_2) … p(z_(R−1)|z_R) p(z_R): the joint prior of every hierarchy.</summary>
internal sealed class LayeredPrior : Module, IPrior
{
    private readonly IPrior top;
    private readonly IReadOnlyList<Conditional> links;
    private readonly IReadOnlyList<int> layers;

    internal LayeredPrior(IPrior top, IReadOnlyList<Conditional> links, IReadOnlyList<int> layers)
    {
        (this.top, this.links, this.layers) = (Child("top", top), links, layers);
        for (var r = 0; r < links.Count; r++) Child($"link{r + 1}", links[r]);
    }

    /// <inheritdoc/>
    public IDistribution Density() => Downwards(top.Density(), layers, (r, above) => links[r].Given(above));

    /// <summary>Π_r p(z_r|z_(r+1)), drawn from the top down.</summary>
    /// <param name="top">Of z_R.</param>
    /// <param name="layers">Latents of each, z_1 first.</param>
    /// <param name="link">(r, z_(r+2)) → the distribution of z_(r+1), r from 0.</param>
    internal static IDistribution Downwards(IDistribution top, IReadOnlyList<int> layers, Func<int, Tensor, IDistribution> link)
    {
        var (joint, drawn) = (top, layers[^1]);
        for (var r = layers.Count - 2; r >= 0; r--)
        {
            var (layer, above) = (r, layers[r + 1]);
            // z_(r+1) and all above it are there; the one next to the new layer comes first.
            joint = new Chain(joint, drawn, z => link(layer, z.Narrow(-1, 0, above)), childFirst: true);
            drawn += layers[r];
        }
        return joint;
    }
}
