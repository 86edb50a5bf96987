using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The evidence lower bound, a lower bound on log p(x).</summary>
/// <remarks>
/// <para><b>Equation:</b> ELBO(x) = E_q(z|x)[log p(x|z)] − β KL(q(z|x) ‖ p(z)); with free bits λ the divergence of latent j counts as
/// max(λ, mean over the batch of KL_j).</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>elbo</c> (always with β = 1 and without free bits, so that runs compare), <c>reconstruction</c>, <c>kl</c>; of a
/// hierarchy with the divergence in closed form also its parts <c>kl1</c>, <c>kl2</c>, …, one for each layer: see <see cref="Distributions.Kl.OfLayers"/>;
/// of a Gaussian VAE with learned variance also the meter <c>entropySum</c>, <c>entropyGap</c>, <c>varianceGap</c>, <c>momentGap</c>.</para>
/// <para><b>Biased when:</b> never; the reconstruction is a Monte-Carlo mean over K samples, unbiased. With the Monte-Carlo
/// divergence so is <c>kl</c>, which may then be negative for a single example.</para>
/// <para><b>Special cases:</b> β = 1, no warm-up, no free bits is the plain ELBO.</para>
/// <para><b>Source:</b> Kingma and Welling 2014, arXiv 1312.6114; Tomczak, Deep Generative Modeling, equations 4.33 to 4.35; β: Higgins et al.
/// 2017; free bits: Kingma et al. 2016, arXiv 1606.04934, appendix C8. <b>Departs from the source:</b> free bits are per latent, without groups.</para>
/// </remarks>
/// <param name="config">Its settings.</param>
/// <param name="meter">Whether to report how far the ELBO is from the sum of three entropies.</param>
public sealed class Elbo(Elbo.Config config, bool meter = false) : IRepeats
{
    /// <summary>How the divergence is computed.</summary>
    public enum KlEstimator
    {
        /// <summary>In closed form where posterior and prior (or, in a hierarchy, their links) have one, else by Monte Carlo.</summary>
        Analytic,
        /// <summary>log q(z|x) − log p(z) at the same samples as the reconstruction.</summary>
        MonteCarlo,
    }

    /// <summary>Configuration of the ELBO.</summary>
    [Description("the evidence lower bound")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>β: weight of the divergence after warm-up.</summary>
        [Description("weight of the divergence"), Range(0.0, 1e6)]
        public double Beta { get; init; } = 1;

        /// <summary>K: samples of z for each example.</summary>
        [Description("samples of z for each example"), Range(1, 10_000)]
        public int Samples { get; init; } = 1;

        /// <summary>How the divergence is computed.</summary>
        [Description("divergence in closed form, or by Monte Carlo")]
        public KlEstimator Kl { get; init; } = KlEstimator.Analytic;

        /// <summary>λ: nats per latent that cost nothing; 0 for none.</summary>
        [Description("nats per latent that cost nothing (free bits); 0 for none"), Range(0.0, 1e3)]
        public double FreeBits { get; init; }

        /// <summary>Rise of β at the start of training.</summary>
        [Description("rise of beta at the start of training")]
        public WarmUp WarmUp { get; init; } = new();

        /// <inheritdoc/>
        public override double WarmUpEpochs => WarmUp.Epochs;

        /// <inheritdoc/>
        public override bool MetersEntropies => true;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new Elbo(this, EntropyMeter.Misfit(context.Parts) is null);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (FreeBits > 0 && !parts.HasNormalPosterior)
                yield return new("objective.freeBits", "free bits are per latent, which needs a diagonal Gaussian posterior", "set freeBits to 0, or model.posterior.kind to diagonalNormal and model.hierarchy to null");
            if (FreeBits > 0 && parts.Prior is not (StandardNormal.Config or LearnedNormal.Config))
                yield return new("objective.freeBits", "free bits are per latent, which needs a prior of independent Gaussians", "set freeBits to 0, or model.prior.kind to standardNormal or learnedNormal");
            if (parts.Posterior is PointPosterior.Config)
                yield return new("model.posterior", "a deterministic encoder has no ELBO: its divergence from the prior is infinite", "use diagonalNormal or fullNormal");
        }
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var qz_x = model.Encode(x);
        var pz = model.Prior.Density();
        long? K = config.Samples == 1 ? null : config.Samples;
        var z = qz_x.Sample(context.Generator, K);
        var px_z = model.Decode(z);
        var reconstruction = OverSamples(px_z.LogProb(x));
        var exact = config.Kl == KlEstimator.Analytic ? Distributions.Kl.Exact(qz_x, pz) : null;
        Tensor[] layers = exact is not null ? [exact]
            : config.Kl == KlEstimator.Analytic ? [.. Distributions.Kl.OfLayers(qz_x, pz, z).Select(OverSamples)]
            : [OverSamples(qz_x.LogProb(z) - pz.LogProb(z))];
        var kl = layers.Aggregate((a, b) => a + b);
        var elbo = reconstruction - kl;
        var beta = config.WarmUp.At(context.Epoch, config.Beta);
        var objective = config.FreeBits > 0
            ? reconstruction.Mean() - beta * FreeBits(qz_x, pz, z)
            : beta == 1 ? elbo.Mean() : (reconstruction - beta * kl).Mean();
        Term[] entropies = meter ? EntropyMeter.Terms(qz_x, pz, px_z, reconstruction, kl) : [];
        return new ObjectiveTerms(objective, [new("reconstruction", reconstruction), new("kl", kl), new("elbo", elbo), .. OfLayers(layers), .. entropies]);
    }

    /// <summary>Terms <c>kl1</c>, <c>kl2</c>, … of a hierarchy; none of a flat model.</summary>
    internal static IEnumerable<Term> OfLayers(IReadOnlyList<Tensor> layers) => layers.Count < 2 ? [] : layers.Select((layer, r) => new Term($"kl{r + 1}", layer));

    private static Tensor OverSamples(Tensor perSample) => perSample.Rank == 1 ? perSample : perSample.Mean(0);

    // Σ_j max(λ, mean_b KL_bj): a latent below λ feels no pull to the prior.
    private Tensor FreeBits(IDistribution qz_x, IDistribution pz, Tensor z)
    {
        if (qz_x is not Normal q || pz is not Normal p)
            throw new InvalidOperationException("free bits need a diagonal Gaussian posterior and prior: set objective.freeBits to 0");
        var (qj, pj) = (q.WithEventAxes(0), p.WithEventAxes(0));
        var perLatent = config.Kl == KlEstimator.Analytic ? qj.KlTo(pj)! : qj.LogProb(z) - pj.LogProb(z);
        return perLatent.Reshape(-1, perLatent.Shape[-1]).Mean(0).Clamp(config.FreeBits).Sum();
    }
}
