using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>R layers inferred from the top down along the generative path, which the posterior only corrects.</summary>
/// <remarks>
/// <para>Equation: r_1 = f_1(x), r_k = f_k(r_(k−1)), (Δμ_k, log Δσ_k²) = g_k(r_k); z_R ~ N(Δμ_R, Δσ_R²);
/// z_k ~ N(μ_k + Δμ_k, σ_k² Δσ_k²) with (μ_k, log σ_k²) = NN_k(z_(k+1)) of the prior p(z_k|z_(k+1)) = N(μ_k, σ_k²); the decoder sees z_1.
/// Then KL_k = ½ Σ (Δμ_k²/σ_k² + Δσ_k² − log Δσ_k² − 1): given the layer above in closed form.</para>
/// <para>Source: Tomczak, Deep Generative Modeling, hierarchical latent variable models; Sønderby et al. 2016, arXiv 1602.02282;
/// methods/priors.md 2.6. Departs from the notebook: any number of layers, and any prior on the top one.</para>
/// </remarks>
public sealed class TopDown : Module, IInference
{
    private readonly ILayer[] features;
    private readonly ILayer[] deltas;
    private readonly IReadOnlyList<Conditional> links;
    private readonly Config config;

    private TopDown(ILayer[] features, ILayer[] deltas, IReadOnlyList<Conditional> links, Config config)
    {
        (this.features, this.deltas, this.links, this.config) = (features, deltas, links, config);
        for (var k = 0; k < features.Length; k++) Child($"features{k + 1}", features[k]);
        for (var k = 0; k < deltas.Length; k++) Child($"delta{k + 1}", deltas[k]);
    }

    /// <summary>Configuration of a top-down hierarchy.</summary>
    [Description("the posterior corrects the generative path from the top down; only z1 is decoded")]
    public sealed record Config : HierarchyConfig
    {
        /// <summary>F: size of r_1, …, r_R.</summary>
        [Description("size of the deterministic features of each layer"), Range(1, 100_000)]
        public int Features { get; init; } = 256;

        /// <summary>Least log Δσ².</summary>
        [Description("least logarithm of the posterior's correction of a variance"), Range(-100.0, 0.0)]
        public double LeastLogVar { get; init; } = -7;

        /// <summary>Largest log Δσ².</summary>
        [Description("largest logarithm of the posterior's correction of a variance"), Range(0.0, 100.0)]
        public double LargestLogVar { get; init; } = 2;

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            foreach (var misfit in base.Misfits(parts)) yield return misfit;
            if (Layers.Count < 2) yield return new("model.hierarchy.layers", "a top-down hierarchy of one layer is a flat model", "give two layers or more, or set model.hierarchy to null");
            if (parts.Posterior is not PointPosterior.Config && parts.Posterior != new DiagonalNormalPosterior.Config())
                yield return new("model.posterior", "a top-down hierarchy has a posterior of its own, Gaussian with a diagonal covariance", "leave model.posterior out; the limits of the variances are hierarchy.leastLogVar and largestLogVar");
        }

        /// <inheritdoc/>
        public override Hierarchy Build(ModelConfig parts, PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(parts);
            ArgumentNullException.ThrowIfNull(context);
            var init = context.Init;
            var vector = DataShape.Vector(Features);
            ILayer[] features = [.. Layers.Select((_, k) => new Sequential(
                k == 0 ? parts.Encoder.BuildEncoder(context.Data, Features, init) : Link.BuildEncoder(vector, Features, init), new Activation(Link.Activation)))];
            ILayer[] deltas = [.. Layers.Select(size => Link.BuildEncoder(vector, 2 * size, init))];
            var links = GenerativeLinks(init);
            var inference = new TopDown(features, deltas, links, this);
            var prior = parts.Prior.Build(context with { LatentDim = Layers[^1], Encode = x => Top(inference.Deltas(x)) });
            return new Hierarchy(inference, new LayeredPrior(prior, links, Layers), Layers[0]);
        }
    }

    /// <inheritdoc/>
    public IDistribution Given(Tensor x)
    {
        var corrections = Deltas(x);
        return LayeredPrior.Downwards(Top(corrections), config.Layers, (k, above) =>
        {
            var (path, delta) = ((Normal)links[k].Given(above), corrections[k]);
            return Normal.FromLogVar(path.Mean + delta.Mean, path.LogVar + delta.LogVar);
        });
    }

    private static Normal Top(IReadOnlyList<(Tensor Mean, Tensor LogVar)> corrections) => Normal.FromLogVar(corrections[^1].Mean, corrections[^1].LogVar);

    private List<(Tensor Mean, Tensor LogVar)> Deltas(Tensor x)
    {
        var corrections = new List<(Tensor, Tensor)>();
        for (var k = 0; k < features.Length; k++)
        {
            x = features[k].Forward(x);
            var (mean, logVar) = deltas[k].Forward(x).Halves(-1);
            corrections.Add((mean, logVar.Clamp(config.LeastLogVar, config.LargestLogVar)));
        }
        return corrections;
    }
}
