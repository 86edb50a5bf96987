using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>Two layers, both inferred from the data and both decoded: q(z_2|x) q(z_1|x, z_2), against p(x|z_1, z_2) p(z_1|z_2) p(z_2).</summary>
/// <remarks>
/// <para>With a VampPrior on z_2, whose pseudo-inputs q(z_2|·) encodes, this is the hierarchical model of the VampPrior paper.</para>
/// <para>Source: Tomczak and Welling 2018, arXiv 1705.07120, section 4; methods/priors.md 2.5. Departs from the published code: z_2 enters the
/// networks of q(z_1|x, z_2) and p(x|z_1, z_2) beside the features of x, and beside z_1, where that code has a hidden layer for each input and
/// then joins them.</para>
/// </remarks>
public sealed class TwoLevel : Module, IInference
{
    private readonly Func<Tensor, IDistribution> top;
    private readonly ILayer features;
    private readonly Conditional lower;
    private readonly int topSize;

    private TwoLevel(ILayer topNetwork, IPosterior topHead, ILayer features, Conditional lower, int topSize)
    {
        Child("network2", topNetwork);
        Child("head2", topHead);
        top = x => topHead.Given(topNetwork.Forward(x));
        this.features = Child("features", features);
        this.lower = Child("link1", lower);
        this.topSize = topSize;
    }

    /// <summary>Configuration of two layers that are both inferred from the data and both decoded.</summary>
    [Description("z2 inferred from the data, z1 from data and z2, both decoded: the VampPrior paper's hierarchy")]
    public sealed record Config : HierarchyConfig
    {
        /// <summary>F: numbers that stand for x in q(z_1|x, z_2).</summary>
        [Description("numbers that the encoder network makes of x for q(z1|x, z2)"), Range(1, 100_000)]
        public int Features { get; init; } = 256;

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts) =>
            Layers.Count == 2 ? base.Misfits(parts) : base.Misfits(parts).Append(new("model.hierarchy.layers", $"got {Layers.Count} layers, this hierarchy has two", "give two numbers, or use kind topDown or stacked"));

        /// <inheritdoc/>
        public override Hierarchy Build(ModelConfig parts, PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(parts);
            ArgumentNullException.ThrowIfNull(context);
            if (Layers.Count != 2) throw new ArgumentException($"model.hierarchy.layers: expected two, got {Layers.Count}");
            var init = context.Init;
            var head = parts.Posterior.Build(Layers[1], init);
            var network = parts.Encoder.BuildEncoder(context.Data, head.Outputs, init);
            var features = parts.Encoder.BuildEncoder(context.Data, Features, init);
            var lower = BuildLink(Features + Layers[1], parts.Posterior.Build(Layers[0], init), init);
            var inference = new TwoLevel(network, head, new Sequential(features, new Activation(Link.Activation)), lower, Layers[1]);
            var prior = parts.Prior.Build(context with { LatentDim = Layers[1], Encode = inference.top });
            return new Hierarchy(inference, new LayeredPrior(prior, GenerativeLinks(init), Layers), Layers.Sum());
        }
    }

    /// <inheritdoc/>
    public IDistribution Given(Tensor x)
    {
        var h = features.Forward(x);
        return new Chain(top(x), topSize, z2 => lower.Given(Tensor.Cat(-1, h.Expand(z2.Shape.Head(-1).Append(h.Shape[-1])), z2)), childFirst: true);
    }
}
