using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Networks;
using Elbow.Priors;

namespace Elbow.Models;

/// <summary>Which parts a model is made of.</summary>
public sealed record ModelConfig
{
    /// <summary>L: number of latents, those of all layers together.</summary>
    [Description("number of latents, those of all layers together"), Range(1, 100_000)]
    public required int LatentDim { get; init; }

    /// <summary>The network from data to the posterior's numbers.</summary>
    [Description("network from data to the posterior")]
    public required NetworkConfig Encoder { get; init; }

    /// <summary>The family of q(z|x).</summary>
    [Description("family of q(z|x)")]
    public PosteriorConfig Posterior { get; init; } = new DiagonalNormalPosterior.Config();

    /// <summary>The network from latents to the likelihood's numbers.</summary>
    [Description("network from latents to the likelihood")]
    public required NetworkConfig Decoder { get; init; }

    /// <summary>The family of p(x|z).</summary>
    [Description("family of p(x|z)")]
    public required LikelihoodConfig Likelihood { get; init; }

    /// <summary>p(z).</summary>
    [Description("p(z)")]
    public PriorConfig Prior { get; init; } = new StandardNormal.Config();

    /// <summary>Latents in layers, each given another; null for one layer.</summary>
    [Description("latents in layers, each given another; null for one layer")]
    public HierarchyConfig? Hierarchy { get; init; }

    /// <summary>Whether q(z|x) is one Gaussian with independent latents, so that something is known of each latent by itself.</summary>
    [JsonIgnore] public bool HasNormalPosterior => HasOneLayer && Posterior is DiagonalNormalPosterior.Config;

    /// <summary>Whether q(z|x) is one Gaussian over all latents, diagonal or full.</summary>
    [JsonIgnore] public bool HasGaussianPosterior => HasOneLayer && Posterior is DiagonalNormalPosterior.Config or FullNormalPosterior.Config;

    private bool HasOneLayer => Hierarchy is null or Stacked.Config { Layers.Count: 1 };

    /// <summary>How weights start.</summary>
    [Description("how weights start")]
    public InitKind Init { get; init; } = InitKind.Uniform;

    /// <summary>Everything about the parts that does not go together.</summary>
    public IEnumerable<Misfit> Misfits()
    {
        // A top-down hierarchy has diagonal Gaussians of its own and builds none of these.
        var widest = Hierarchy switch { null => LatentDim, TopDown.Config => 0, var layered => layered.Layers.DefaultIfEmpty().Max() };
        if (Posterior is FullNormalPosterior.Config && widest > FullNormalPosterior.MaxLatents)
        {
            yield return new(
                "model.posterior", $"a full covariance of {widest} latents has {(long)widest * widest} entries for each example, more than can be counted",
                $"use diagonalNormal, or {FullNormalPosterior.MaxLatents} latents at most: a few hundred are practical");
        }
        foreach (var misfit in Hierarchy?.Misfits(this) ?? []) yield return misfit;
    }
}
