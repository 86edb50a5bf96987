namespace Elbow.Diagnostics;

/// <summary>One latent; of posteriors with full covariances its marginal, which is Gaussian as well.</summary>
/// <param name="Index">j, from 0.</param>
/// <param name="Kl">E KL(q(z_j|x) ‖ p(z_j)); null when the prior's latents depend on each other.</param>
/// <param name="Entropy">E H[q(z_j|x)], absolute.</param>
/// <param name="MutualInformation">I(z_j;x), with Bhattacharyya's bound from below and Kolchinsky and Tracey's from above.</param>
/// <param name="Collapsed">The entropy rule: H[q(z_j|x)] less the log of the prior's scale is <see cref="PosteriorSummary.CollapseEntropy"/> or more; null without a Gaussian prior.</param>
/// <param name="CollapsedByKl">Whether the divergence is below <see cref="Anatomy.CollapseKl"/>; null where there is none.</param>
public sealed record LatentAnatomy(int Index, Quantity? Kl, Quantity Entropy, Quantity MutualInformation, bool? Collapsed, bool? CollapsedByKl)
{
    internal static IReadOnlyList<LatentAnatomy> Of(AnatomyPoints p, LatentPrior prior, PairwiseInformation? pairwise) => [.. Enumerable.Range(0, p.L).Select(j =>
    {
        var kl = p.KlOfEach is { } each ? p.Mean(i => each[i * p.L + j]) : (Estimate?)null;
        var entropy = p.Mean(i => p.EntropyOfEach[i * p.L + j]);
        var information = p.Mean(i => p.Density.OwnOfEach[i * p.L + j] - p.Density.WithOfEach[i * p.L + j]);
        return new LatentAnatomy(
            j,
            kl is { } divergence ? Quantity.Of(divergence, prior.Gaussian is null ? "log q(z_j|x) - log p(z_j) at z ~ q(z|x)" : "closed form, mean over the evaluated examples", "none") : null,
            Quantity.Of(entropy, "closed form, mean over the evaluated examples", "none"),
            Quantity.Of(
                information,
                pairwise is null ? "mixture of the other examples at z ~ q(z|x)" : $"mixture of all posteriors at z ~ q(z|x); lower: Bhattacharyya, upper: Kolchinsky-Tracey, of this mixture over {pairwise.Rows} examples",
                pairwise is null ? "high: the entropy is a cross-entropy with the mixture of the other examples" : "none for these examples; low for their population",
                pairwise?.LowerOfEach[j].Value, pairwise?.UpperOfEach[j].Value),
            prior.Gaussian is { } gaussian ? entropy.Value - 0.5 * gaussian.LogVar[j] >= PosteriorSummary.CollapseEntropy : null,
            kl is { } d ? d.Value < Anatomy.CollapseKl : null);
    })];
}
