namespace Elbow.Diagnostics;

/// <summary>What InfoNCE with the best critic tells of I(x;z) from batches of B examples: how far a batch can see.</summary>
/// <remarks>
/// <para><b>Equation:</b> Î(B) = E [log q(z_i|x_i) − log (1/B) Σ_{j in the batch} q(z_i|x_j)] ≤ min(I, log B), over batches of B out of N examples, drawn without
/// replacement; at B = N the exact information of the mixture.</para>
/// <para><b>Units:</b> nats. <b>Biased when:</b> low, the more the smaller B; the standard error is that between batches.</para>
/// <para><b>Source:</b> van den Oord et al. 2018, arXiv 1807.03748; methods/ed-vae.md 2.3.</para>
/// </remarks>
/// <param name="BatchSize">B.</param>
/// <param name="Information">Î(B).</param>
/// <param name="Ceiling">log B.</param>
public sealed record InfoNcePoint(int BatchSize, Estimate Information, double Ceiling);

internal static class InfoNceCurve
{
    private const int PointsWanted = 2048;

    /// <summary>The curve at B = 8, 32, 128, … up to half of N and 8,192.</summary>
    internal static List<InfoNcePoint> Of(AggregatePosterior aggregate, long seed, PairwiseOptions options)
    {
        var curve = new List<InfoNcePoint>();
        var within = options with { Progress = null, Threads = 1 };
        var settings = new ParallelOptions { MaxDegreeOfParallelism = options.ThreadCount, CancellationToken = options.Cancellation };
        for (var B = 8; B <= Math.Min(8192, aggregate.Count / 2); B *= 4)
        {
            var means = new double[Math.Max(4, PointsWanted / B)];
            Parallel.For(0, means.Length, settings, batch =>
            {
                var key = (long)CounterHash.Key(seed, B, batch);
                means[batch] = aggregate.Of(AnatomyOptions.Subset(aggregate.Count, B, key)).InformationOfAll(key, within).Average();
            });
            curve.Add(new InfoNcePoint(B, Estimate.Of(means), Math.Log(B)));
        }
        return curve;
    }
}
