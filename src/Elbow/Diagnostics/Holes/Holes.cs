namespace Elbow.Diagnostics;

/// <summary>Finds where a prior has mass and the aggregated posterior has hardly any: from there a decoder that never saw such codes makes its bad samples.</summary>
/// <remarks>
/// <para><b>Equation:</b> with r(z) = log q(z) − log p(z) a hole is {z: r(z) &lt; τ}; its prior mass is P_p(r &lt; τ) and q's own is P_q(r₋ &lt; τ), r₋ with the
/// example that z was drawn for left out of q. Unless τ is given it is where P_q(r₋ &lt; τ) = 0.01: by Neyman and Pearson the prior mass is then the most
/// that any region holding 1 % of q can have, 0.01 where q = p and 1 where they do not overlap.</para>
/// <para><b>Null band:</b> as many codes of a perfect fit (<see cref="PerfectFit"/>), with the posterior covariances that the examples have: p itself for a Gaussian with
/// independent latents. For other priors the band is that of p smoothed by the posteriors, a little wider than p: high.</para>
/// <para><b>Shapes:</b> N codes and M samples of L latents. <b>Units:</b> shares; nats for τ and depths. <b>Biased when:</b> N is finite: q is narrower than
/// what more examples would give and holes seem larger, which the null band shows. The standard error counts draws of z and of τ, not of the examples.</para>
/// <para><b>Regions:</b> prior samples in holes, joined where each is among the k nearest of the other among all prior samples (coordinates over the prior's
/// deviations). Deterministic given the samples; in many dimensions the graph falls into few pieces and says little more than the share.</para>
/// <para><b>Source:</b> holes: Tomczak, Deep Generative Modeling, 4.4.1; mutual neighbours: Maier, Hein and von Luxburg 2009. The share, its calibration and
/// its null are ours (docs/methods/holes.md).</para>
/// </remarks>
public static class Holes
{
    /// <summary>Compares a prior with an aggregated posterior.</summary>
    /// <param name="aggregate">q(z), of two examples at least.</param>
    /// <param name="prior">p(z).</param>
    /// <param name="options">Threshold, samples, seed.</param>
    /// <param name="pairs">Threads, progress (of <see cref="HoleOptions.Points"/>) and cancellation of the sums over all pairs.</param>
    /// <exception cref="ArgumentException">The numbers of latents differ.</exception>
    public static HoleReport Find(AggregatePosterior aggregate, LatentPrior prior, HoleOptions? options = null, PairwiseOptions? pairs = null)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(prior);
        (options ??= new()).Check();
        if (prior.LatentDim != aggregate.LatentDim) throw new ArgumentException($"the prior has {prior.LatentDim} latents, the codes have {aggregate.LatentDim}", nameof(prior));
        pairs ??= new();
        var z = prior.Draw(options.Samples, Seed(options, 0));
        var logPrior = prior.LogDensity(z);
        var ratio = Subtract(aggregate.LogDensity(z, pairs), logPrior);
        var cut = Cut.Of(ratio, OwnRatio(aggregate, prior, options.Samples, Seed(options, 1), pairs.Part(options.Samples)), options);
        var scale = Moments.Of(z, prior.LatentDim);
        var band = NullBand(aggregate, prior, scale, options, pairs);
        var inside = Enumerable.Range(0, options.Samples).Where(i => ratio[i] < cut.Threshold).ToArray();
        var regions = HoleRegions.Join(scale.Standardised(z), prior.LatentDim, inside, Math.Min(options.Neighbours, options.Samples - 1), Seed(options, 2));
        var large = regions.Where(region => region.Length >= options.SmallestRegion).ToArray();
        double M = options.Samples;
        return new HoleReport(cut.Threshold, cut.PriorMass, cut.OwnMass, band, large.Length, (inside.Length - large.Sum(region => region.Length)) / M,
            [.. large.Take(options.Regions).Select(region => Describe(aggregate, z, logPrior, ratio, region))], options.Samples, options.NullReplicates);
    }

    // log q₋ − log p at draws from q.
    private static double[] OwnRatio(AggregatePosterior aggregate, LatentPrior prior, int count, long seed, PairwiseOptions pairs)
    {
        var (z, logQ) = aggregate.LeftOut(count, seed, pairs);
        return Subtract(logQ, prior.LogDensity(z));
    }

    private static (double, double) NullBand(AggregatePosterior aggregate, LatentPrior prior, Moments scale, HoleOptions options, PairwiseOptions pairs)
    {
        var (fit, shares) = (new PerfectFit(aggregate, prior, scale.Mean, scale.Deviation), new double[options.NullReplicates]);
        for (var r = 0; r < shares.Length; r++)
        {
            var perfect = fit.Draw(Seed(options, 100 + 3 * r));
            var z = prior.Draw(options.NullSamples, Seed(options, 101 + 3 * r));
            var before = 2 * (options.Samples + r * options.NullSamples);
            var ratio = Subtract(perfect.LogDensity(z, pairs.Part(before)), prior.LogDensity(z));
            shares[r] = Cut.Of(ratio, OwnRatio(perfect, prior, options.NullSamples, Seed(options, 102 + 3 * r), pairs.Part(before + options.NullSamples)), options).PriorMass.Value;
        }
        var mean = shares.Average();
        var deviation = Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean)) / (shares.Length - 1));
        return (Math.Max(0, mean - 2 * deviation), Math.Min(1, mean + 2 * deviation));
    }

    private static Hole Describe(AggregatePosterior aggregate, double[] z, double[] logPrior, double[] ratio, int[] region)
    {
        var L = aggregate.LatentDim;
        var likelier = region.OrderByDescending(i => logPrior[i]).ThenBy(i => i).Take((region.Length + 1) / 2);
        var centre = likelier.OrderBy(i => ratio[i]).ThenByDescending(i => logPrior[i]).First();
        var point = z.AsSpan(centre * L, L).ToArray();
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var n = 0; n < aggregate.Count; n++)
        {
            var distance = Neighbours.SquaredDistance(point, aggregate.Mean.Slice(n * L, L));
            if (distance < least) (nearest, least) = (n, distance);
        }
        return new Hole(point, Share.Of(region.Length, logPrior.Length), -ratio[centre], logPrior[centre], nearest, Math.Sqrt(least));
    }

    private static double[] Subtract(double[] logQ, double[] logP) => [.. logQ.Zip(logP, (q, p) => q - p)];

    private static long Seed(HoleOptions options, long purpose) => (long)(CounterHash.Key(options.Seed, 0x401E, purpose) >> 1);

    /// <summary>Mean and standard deviation of each coordinate.</summary>
    private sealed record Moments(double[] Mean, double[] Deviation)
    {
        internal static Moments Of(double[] z, int L)
        {
            var n = z.Length / L;
            var (mean, deviation) = (new double[L], new double[L]);
            for (var i = 0; i < z.Length; i++) mean[i % L] += z[i] / n;
            for (var i = 0; i < z.Length; i++) deviation[i % L] += (z[i] - mean[i % L]) * (z[i] - mean[i % L]) / (n - 1);
            return new Moments(mean, Array.ConvertAll(deviation, variance => Math.Sqrt(Math.Max(variance, 1e-300))));
        }

        internal double[] Standardised(double[] z) => [.. z.Select((value, i) => (value - Mean[i % Mean.Length]) / Deviation[i % Mean.Length])];
    }
}
