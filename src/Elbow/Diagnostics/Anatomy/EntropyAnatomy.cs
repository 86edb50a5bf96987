namespace Elbow.Diagnostics;

/// <summary>The sum of three entropies beside the ELBO, and what the two differ by.</summary>
/// <remarks><see cref="Diagnostics.ThreeEntropies"/> has the equations. <b>Units:</b> nats, means over examples. <b>Biased when:</b> never at given parameters; the sum is no bound.</remarks>
/// <param name="Encoder">E H[q(z|x)].</param>
/// <param name="Prior">H[p(z)].</param>
/// <param name="Decoder">E H[p(x|z)].</param>
/// <param name="Sum">Encoder − prior − decoder.</param>
/// <param name="Gap">ELBO − sum.</param>
/// <param name="VarianceGap">The part of the gap that the decoder's σ² leaves.</param>
/// <param name="MomentGap">The part that the second moments of the latents leave.</param>
/// <param name="MomentGapOfEach">½(1 − E z_j²/s_j²) of each latent.</param>
public sealed record EntropyAnatomy(
    Estimate Encoder, double Prior, Estimate Decoder, Estimate Sum, Estimate Gap, Estimate VarianceGap, Estimate MomentGap, IReadOnlyList<Estimate> MomentGapOfEach)
{
    internal static EntropyAnatomy? Of(AnatomyPoints p, LatentPrior prior)
    {
        if (prior.Gaussian is not { } gaussian || p.DecoderEntropy is not { } decoder || p.Reconstruction is not { } reconstruction) return null;
        var ofPrior = Decompositions.PriorEntropy(gaussian.LogVar);
        return new EntropyAnatomy(
            p.Mean(i => p.Entropy[i]),
            ofPrior,
            p.Mean(i => decoder[i]),
            p.Mean(i => p.Entropy[i] - ofPrior - decoder[i]),
            p.Mean(i => reconstruction[i] - p.Kl[i] - (p.Entropy[i] - ofPrior - decoder[i])),
            p.Mean(i => reconstruction[i] + decoder[i]),
            p.Mean(i => ofPrior - p.Entropy[i] - p.Kl[i]),
            [.. Enumerable.Range(0, p.L).Select(j => p.Mean(i => ThreeEntropies.MomentGap(p.SecondMoment![i * p.L + j])))]);
    }
}
