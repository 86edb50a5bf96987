using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Evaluation;
using Elbow.Experiments.Configuration;

namespace Elbow.Training;

/// <summary>Do the codes fill the prior? Holes, two-sample tests, two moments, and the shape that is left when these are taken out.</summary>
/// <remarks>
/// <para>Everything here compares draws from q(z), the mixture of all posteriors, with p(z). Draws are independent given the codes, so p-values and errors
/// speak of these codes; with enough draws every test rejects every trained model, and the statistic beside its null says by how much.</para>
/// <para><b>Units:</b> nats for divergences and entropies, shares for holes; each part has its own documentation.</para>
/// </remarks>
/// <param name="Holes">Where p has mass and q has none.</param>
/// <param name="Tests">Sliced Wasserstein, MMD, nearest neighbours and, for Gaussian priors with independent latents, the radial test.</param>
/// <param name="GaussianFit">KL of the Gaussian with the codes' moments from N(0, I), latents standardised by the prior's where that is Gaussian; null with too few draws for so many latents.</param>
/// <param name="Whitened">Entropy of whitened codes with the score of true Gaussians; null with too few draws.</param>
/// <param name="Draws">Draws behind <paramref name="GaussianFit"/>; the tests and the whitened entropy take the first <see cref="TestDraws"/>.</param>
public sealed record LatentMatch(HoleReport Holes, IReadOnlyList<TwoSampleResult> Tests, GaussianFit? GaussianFit, WhitenedScore? Whitened, int Draws)
{
    /// <summary>Draws from q and from p in each test.</summary>
    public const int TestDraws = 1000;

    private const int MostDraws = 10_000;

    /// <summary>Of a trained model on a split.</summary>
    /// <param name="trained">Its posteriors are Gaussians.</param>
    /// <param name="split">Its codes make up q(z); two rows at least.</param>
    /// <param name="holes">How holes are looked for; its seed is that of all draws.</param>
    /// <param name="pairs">Threads and cancellation.</param>
    public static LatentMatch Of(TrainedModel trained, IDataset split, HoleOptions holes, PairwiseOptions? pairs = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(split);
        using var codes = FrozenCodes.Of(trained.Experiment, split.AtEpoch(0));
        var prior = trained.Experiment.Config.Model.Prior;
        return Of(codes.Aggregate!, LatentPrior.Of(ConfigKind.NameOf(prior), trained.Experiment.Model.Prior.Density), holes, pairs);
    }

    /// <summary>Of any codes and any prior.</summary>
    /// <inheritdoc cref="Of(TrainedModel, IDataset, HoleOptions, PairwiseOptions?)"/>
    public static LatentMatch Of(AggregatePosterior aggregate, LatentPrior prior, HoleOptions holes, PairwiseOptions? pairs = null)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(holes);
        var L = aggregate.LatentDim;
        var draws = Math.Max(TestDraws, Math.Min(MostDraws, 10 * aggregate.Count));
        var z = aggregate.Draw(draws, (long)Seeds.For(holes.Seed, "q(z)"));
        var some = z.AsSpan(0, TestDraws * L);
        var y = prior.Draw(TestDraws, (long)Seeds.For(holes.Seed, "p(z)"));
        var options = new TwoSampleOptions { Seed = holes.Seed };
        List<TwoSampleResult> tests = [SlicedWassersteinTest.Run(some, y, L, options), MmdTest.Run(some, y, L, options), NeighbourTest.Run(some, y, L, options)];
        if (prior.Gaussian is { } gaussian) tests.Add(RadialTest.Run(some, L, gaussian.Mean, Deviations(gaussian.LogVar)));
        return new LatentMatch(
            Diagnostics.Holes.Find(aggregate, prior, holes, pairs), tests,
            draws >= L + 2 ? Diagnostics.GaussianFit.Of(Standardised(z, prior), L) : null,
            TestDraws > L ? WhitenedScore.Of(some, L, holes.Seed) : null, draws);
    }

    // Of a Gaussian prior: its latents in their own units, so that a perfect fit is N(0, I).
    private static double[] Standardised(double[] z, LatentPrior prior)
    {
        if (prior.Gaussian is not { } p) return z;
        var deviation = Deviations(p.LogVar);
        return [.. z.Select((value, i) => (value - p.Mean[i % deviation.Length]) / deviation[i % deviation.Length])];
    }

    private static double[] Deviations(double[] logVar) => Array.ConvertAll(logVar, value => Math.Exp(0.5 * value));
}
