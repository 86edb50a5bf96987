namespace Elbow.Diagnostics;

/// <summary>The ELBO of a VAE taken apart: every information quantity of q(z|x), q(z) and p(z), with its error, its bias and its bounds.</summary>
/// <remarks>
/// <para><b>Equation:</b> with q(z) = (1/N) Σ_n q(z|x_n) over all N examples: KL = E KL(q(z|x) ‖ p), H[q(z|x)], H[q(z),p] = −E log p(z), H[q(z)] = H[q(z|x)] + I,
/// I(x;z) = E [log q(z|x) − log q(z)], KL(q(z) ‖ p) = E [log q(z) − log p(z)], TC = E [log q(z) − Σ_j log q(z_j)], Σ_j KL(q(z_j) ‖ p(z_j)) = E [Σ_j log q(z_j) − log p(z)],
/// z ~ q(z|x). KL = I + KL(q(z) ‖ p) = I + TC + Σ_j KL(q(z_j) ‖ p(z_j)).</para>
/// <para><b>Units:</b> nats. <b>Shapes:</b> N examples of L latents, M points.</para>
/// <para><b>Full covariances:</b> joint quantities are those of the whole posterior; what is said of one latent is said of its marginal, a Gaussian with the variance Σ_jj.
/// Then H[q(z|x)] = Σ_j H[q(z_j|x)] − TC(z|x), KL = Σ_j KL(q(z_j|x) ‖ p(z_j)) + TC(z|x) for a diagonal Gaussian prior, and Σ_j I(z_j;x) = I + TC(z) − TC(z|x), with
/// TC(z|x) = E ½(Σ_j log Σ_jj − log det Σ), which is 0 of diagonal posteriors.</para>
/// <para><b>What q(z) is:</b> of the mixture over these N posteriors, which is the object that the book calls q(z), every value here is an unbiased Monte-Carlo
/// estimate. As an estimate of the q(z) of the population that the examples come from it is biased: with the example's own posterior in the
/// mixture H[q(z)] and I are low, with it left out high, in expectation; <see cref="Quantity.Lower"/> and <see cref="Quantity.Upper"/> are these two. The
/// standard error is that of a mean over independent examples: it covers both the draw of z and, to first order, the choice of the examples.</para>
/// <para><b>Source:</b> Tomczak, Deep Generative Modeling, equations 4.43 and 4.44; Hoffman and Johnson 2016 for I + KL(q(z) ‖ p); Chen et al. 2018, arXiv
/// 1802.04942, equation 2; brackets: Poole et al. 2019, arXiv 1905.06922, equations 10 and 14.</para>
/// </remarks>
public sealed record Anatomy
{
    /// <summary>Below this divergence, in nats, a latent says nothing.</summary>
    public const double CollapseKl = 0.01;

    private Anatomy() { }

    /// <summary>N: examples whose points were evaluated, or were drawn from.</summary>
    public required int Examples { get; init; }

    /// <summary>Posteriors in the mixture q(z).</summary>
    public required int MixtureSize { get; init; }

    /// <summary>L.</summary>
    public required int LatentDim { get; init; }

    /// <summary>M: points z at which everything was evaluated.</summary>
    public required int Points { get; init; }

    /// <summary>The eight quantities.</summary>
    public required AnatomyTerms Terms { get; init; }

    /// <summary>Each latent by itself.</summary>
    public required IReadOnlyList<LatentAnatomy> PerLatent { get; init; }

    /// <summary>Joint bounds on I(x;z) of the mixture from pairwise distances; null for a held-out mixture.</summary>
    public required PairwiseInformation? Pairwise { get; init; }

    /// <summary>The six rows.</summary>
    public required IReadOnlyList<Decomposition> Decompositions { get; init; }

    /// <summary>The sum of three entropies; null unless prior and likelihood are Gaussian.</summary>
    public required EntropyAnatomy? ThreeEntropies { get; init; }

    /// <summary>What InfoNCE sees from batches.</summary>
    public required IReadOnlyList<InfoNcePoint> InfoNce { get; init; }

    /// <summary>TC(z|x): the dependence between latents that the posteriors themselves have; null of diagonal ones, which have none.</summary>
    public required Quantity? ConditionalCorrelation { get; init; }

    /// <summary>What the reader should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Takes an ELBO apart.</summary>
    /// <param name="posteriors">The posteriors of N examples.</param>
    /// <param name="prior">p(z).</param>
    /// <param name="options">Points, seed, decoder, mixture.</param>
    /// <exception cref="Experiments.RunFailedException">A value lies outside a bound that holds for certain, or rows of the ELBO do not agree.</exception>
    public static Anatomy Of(AggregatePosterior posteriors, LatentPrior prior, AnatomyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(posteriors);
        ArgumentNullException.ThrowIfNull(prior);
        options ??= new AnatomyOptions();
        if (prior.LatentDim != posteriors.LatentDim) throw new ArgumentException($"a prior over {prior.LatentDim} latents for posteriors of {posteriors.LatentDim}", nameof(prior));
        var mixture = options.Mixture ?? posteriors;
        var points = new AnatomyPoints(posteriors, prior, options);
        // As many distances as 20 million for each latent: a second or two, small beside q(z) itself.
        var pairwise = points.Held ? null : PairwiseInformation.Of(mixture, AnatomyOptions.Subset(mixture.Count, Math.Max(100, 20_000_000 / mixture.Count), options.Seed), options.Pairwise);
        var anatomy = new Anatomy
        {
            Examples = posteriors.Count,
            MixtureSize = mixture.Count,
            LatentDim = posteriors.LatentDim,
            Points = points.Count,
            Terms = AnatomyTerms.Of(points, prior),
            PerLatent = LatentAnatomy.Of(points, prior, pairwise),
            Pairwise = pairwise,
            Decompositions = Diagnostics.Decompositions.Of(points, prior, options),
            ThreeEntropies = EntropyAnatomy.Of(points, prior),
            InfoNce = points.Held ? [] : InfoNceCurve.Of(mixture, options.Seed, options.Pairwise),
            ConditionalCorrelation = posteriors.IsDiagonal ? null : Quantity.Of(points.Mean(i => points.Dependence[i]), "closed form, mean over the evaluated examples", "none"),
            Warnings = [],
        };
        AnatomyChecks.Run(anatomy, points, prior);
        return anatomy with { Warnings = [.. AnatomyWarnings.Of(anatomy, points, prior, options)] };
    }
}
