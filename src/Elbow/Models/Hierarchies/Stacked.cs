using System.ComponentModel;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>R layers inferred from the data upwards: q(z_1|x) q(z_2|z_1) … q(z_R|z_(R−1)), against p(x|z_1) p(z_1|z_2) … p(z_R).</summary>
/// <remarks>
/// <para>CorEx on top of CorEx: its bound is the hierarchical ELBO plus Σ_i H(x_i). With one layer it is a flat model.</para>
/// <para>A link is Gaussian in both directions. Upper layers collapse easily, for KL(q(z_R|z_(R−1)) ‖ p(z_R)) is least when z_R says nothing
/// (methods/priors.md 2.6); <see cref="TopDown"/> is the remedy.</para>
/// <para>Source: Gao, Brekelmans, Ver Steeg and Galstyan 2019, arXiv 1802.05822; methods/corex-anchorvae.md 2.5.</para>
/// </remarks>
public sealed class Stacked : Module, IInference
{
    private readonly ILayer encoder;
    private readonly IPosterior posterior;
    private readonly IReadOnlyList<Conditional> links;
    private readonly IReadOnlyList<int> layers;

    private Stacked(ILayer encoder, IPosterior posterior, IReadOnlyList<Conditional> links, IReadOnlyList<int> layers)
    {
        (this.encoder, this.posterior) = (Child("network", encoder), Child("head", posterior));
        (this.links, this.layers) = (links, layers);
        for (var r = 0; r < links.Count; r++) Child($"link{r + 2}", links[r]);
    }

    /// <summary>Configuration of stacked layers.</summary>
    [Description("each layer inferred from the one below, as stacked CorEx")]
    public sealed record Config : HierarchyConfig
    {
        /// <inheritdoc/>
        public override Hierarchy Build(ModelConfig parts, PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(parts);
            ArgumentNullException.ThrowIfNull(context);
            var init = context.Init;
            var head = parts.Posterior.Build(Layers[0], init);
            var encoder = parts.Encoder.BuildEncoder(context.Data, head.Outputs, init);
            var links = Enumerable.Range(1, Layers.Count - 1).Select(r => BuildLink(Layers[r - 1], parts.Posterior.Build(Layers[r], init), init)).ToArray();
            Func<Tensor, IDistribution> encode = Layers.Count == 1
                ? x => head.Given(encoder.Forward(x))
                : _ => throw new ArgumentException("model.prior: in a stack the top layer is not inferred from data but from the layer below, so it cannot have a prior of encoded pseudo-inputs");
            var top = parts.Prior.Build(context with { LatentDim = Layers[^1], Encode = encode });
            // A prior that encodes is found out here, not in the first step.
            using (Autograd.NoGrad())
            using (TensorScope.Open()) top.Density();
            return new Hierarchy(new Stacked(encoder, head, links, Layers), Layers.Count == 1 ? top : new LayeredPrior(top, GenerativeLinks(init), Layers), Layers[0]);
        }
    }

    /// <inheritdoc/>
    public IDistribution Given(Tensor x)
    {
        var (joint, drawn) = (posterior.Given(encoder.Forward(x)), layers[0]);
        for (var r = 1; r < layers.Count; r++)
        {
            var (link, below, start) = (links[r - 1], layers[r - 1], drawn - layers[r - 1]);
            joint = new Chain(joint, drawn, z => link.Given(z.Narrow(-1, start, below)), childFirst: false);
            drawn += layers[r];
        }
        return joint;
    }
}
