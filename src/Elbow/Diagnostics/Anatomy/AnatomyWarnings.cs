namespace Elbow.Diagnostics;

/// <summary>What a reader of an anatomy should know before quoting a number.</summary>
internal static class AnatomyWarnings
{
    // methods/ed-vae.md 7: a ceiling closer than two nats to what it should leave room for is felt.
    private const double Room = 2;

    internal static IEnumerable<string> Of(Anatomy anatomy, AnatomyPoints p, LatentPrior prior, AnatomyOptions options)
    {
        var (terms, ceiling) = (anatomy.Terms, Math.Log(anatomy.MixtureSize));
        if (p.Held) yield return $"q(z) is the mixture of {anatomy.MixtureSize} posteriors of other examples: H[q(z)] and I are high, KL(q(z)||p) is low, and there is no bracket";
        else if (ceiling - terms.MutualInformation.Value < Room && anatomy.LatentDim > 0)
            yield return $"I(x;z) = {terms.MutualInformation.Value:F2} is within {Room} nats of its ceiling log {anatomy.MixtureSize} = {ceiling:F2}: the information in the population is larger and not known; only more examples can tell";
        if (p.Count < anatomy.Examples) yield return $"evaluated at {p.Count} of {anatomy.Examples} examples; the mixture has all of them";
        if (anatomy.ConditionalCorrelation is { } own)
            yield return $"posteriors have full covariances: what is said of one latent is said of its marginal, sum I(z_j;x) is I(x;z) + TC(z) - TC(z|x), and TC(z|x) = {own.Value:F3}";
        if (!prior.Factorises) yield return $"the latents of the prior ({prior.Name}) depend on each other: KL(q(z)||p) does not split into TC and single latents, so these and the CorEx row are left out";
        else if (!options.LikelihoodFactorises) yield return "the likelihood does not factorise over the data dimensions: there is no CorEx row";
        if (p.Reconstruction is null) yield return "no log p(x|z) was given: the rows sum to ELBO - E log p(x|z)";
        else if (options.DataEntropy is null && options.LikelihoodFactorises && prior.Factorises) yield return "the data are continuous, or their entropies unknown: sum I(x_i;z) is known up to the constant sum H(x_i)";
        if (prior.Gaussian is null) yield return $"the prior ({prior.Name}) is no diagonal Gaussian: divergences are estimated at samples, and latents have no entropy rule";
        if (p.Reconstruction is not null && anatomy.ThreeEntropies is null) yield return "three entropies need a diagonal Gaussian prior and a Gaussian likelihood whose entropy is known: left out";
    }
}
