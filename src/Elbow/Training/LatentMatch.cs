using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Evaluation;
using Elbow.Experiments.Configuration;

namespace Elbow.Training;

/// <summary>Do the codes fill the prior? Holes, two-sample tests, two moments, and the shape that is left when these are taken out.</summary>
/// <remarks>
/// <para>Everything here but the holes compares draws from q(z), at most one from each posterior, with p(z). They are independent draws from the q(z) of the population
/// that the examples come from: p-values and errors speak of it. Two draws from one posterior lie near each other, as two of a perfect fit do not, and would count as clusters; with fewer than
/// <see cref="HoleOptions.LeastSamples"/> examples there is no other way, and what is said speaks of these codes. With enough draws every test rejects every trained model: the statistic beside its null says by how much.</para>
/// <para><b>Units:</b> nats for divergences and entropies, shares for holes; each part has its own documentation.</para>
/// </remarks>
/// <param name="Holes">Where p has mass and q has none.</param>
/// <param name="Tests">Sliced Wasserstein, MMD, nearest neighbours and, for Gaussian priors with independent latents, the radial test.</param>
/// <param name="GaussianFit">KL of the Gaussian with the codes' moments from N(0, I), latents standardised by the prior's where that is Gaussian; null with too few draws for so many latents.</param>
/// <param name="Whitened">Entropy of whitened codes with the score of true Gaussians; null with too few draws.</param>
/// <param name="Draws">Draws behind <paramref name="GaussianFit"/>; the tests and the whitened entropy take <see cref="TestDraws"/> at most.</param>
public sealed record LatentMatch(HoleReport Holes, IReadOnlyList<TwoSampleResult> Tests, GaussianFit? GaussianFit, WhitenedScore? Whitened, int Draws)
{
    /// <summary>Draws from p in each test, and from q where there are as many examples.</summary>
    public const int TestDraws = 1000;

    private const int MostDraws = 10_000;

    /// <summary>Of a trained model on a split.</summary>
    /// <param name="trained">Its posteriors are Gaussians.</param>
    /// <param name="split">Its codes make up q(z); two rows at least.</param>
    /// <param name="holes">How holes are looked for; its seed is that of all draws.</param>
    /// <param name="pairs">Threads, progress (of <see cref="HoleOptions.Points"/>) and cancellation.</param>
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
        var (z, some) = (OneOfEach(aggregate, MostDraws, (long)Seeds.For(holes.Seed, "q(z)")), OneOfEach(aggregate, TestDraws, (long)Seeds.For(holes.Seed, "tests of q(z)")));
        var draws = z.Length / L;
        var y = prior.Draw(TestDraws, (long)Seeds.For(holes.Seed, "p(z)"));
        var options = new TwoSampleOptions { Seed = holes.Seed };
        List<TwoSampleResult> tests = [SlicedWassersteinTest.Run(some, y, L, options), MmdTest.Run(some, y, L, options), NeighbourTest.Run(some, y, L, options)];
        if (prior.Gaussian is { } gaussian) tests.Add(RadialTest.Run(some, L, gaussian.Mean, Deviations(gaussian.LogVar)));
        return new LatentMatch(
            Diagnostics.Holes.Find(aggregate, prior, holes, pairs), tests,
            draws >= L + 2 ? Diagnostics.GaussianFit.Of(Standardised(z, prior), L) : null,
            some.Length > L * L ? WhitenedScore.Of(some, L, holes.Seed) : null, draws);
    }

    // One of each of some examples; of few examples as many as the tests want.
    private static double[] OneOfEach(AggregatePosterior aggregate, int most, long seed) => aggregate.Count >= HoleOptions.LeastSamples
        ? aggregate.Sample(AnatomyOptions.Subset(aggregate.Count, most, seed), seed)
        : aggregate.Draw(TestDraws, seed);

    // Of a Gaussian prior: its latents in their own units, so that a perfect fit is N(0, I).
    private static double[] Standardised(double[] z, LatentPrior prior)
    {
        if (prior.Gaussian is not { } p) return z;
        var deviation = Deviations(p.LogVar);
        return [.. z.Select((value, i) => (value - p.Mean[i % deviation.Length]) / deviation[i % deviation.Length])];
    }

    private static double[] Deviations(double[] logVar) => Array.ConvertAll(logVar, value => Math.Exp(0.5 * value));
}
