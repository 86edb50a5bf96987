namespace Elbow.Evaluation.Disentanglement;

/// <summary>The interventional robustness score: how little each latent moves when everything but its own factor changes.</summary>
/// <remarks>
/// <para><b>Equation:</b> Σ_j w_j max_k (1 − E_a[q(|z_j − m_ja|; rows with v_k = a)]/q(|z_j − m_j|)), m_ja the mean of z_j over the rows with v_k = a, m_j over all, q the 0.99 quantile over rows, E_a
/// over levels with equal weights, w_j ∝ q(|z_j − m_j|).</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> high with few rows for each level, where the quantile is that of few numbers; low for continuous factors, which still vary within a bin: codes that are the factors score about 1 − 1/bins;
/// it rests on extremes, which are as noisy as they are few. See the level of chance.</para>
/// <para><b>Source:</b> Suter, Miladinović, Schölkopf, Bauer 2019, arXiv 1811.00007, equations 5 to 8 and section 5 (the paper was not at hand: numbers not checked), with absolute distances. <b>Departs from the source:</b> quantiles in place of
/// suprema, above and below the line alike: with a quantile above and a maximum below, as in usual code, pure noise would not score 0. Ours is lower than that by as much as the maximum exceeds the quantile
/// (a fifth for codes with normal noise, more with few rows). Levels have equal weights, as if each were as likely, which usual code does too; the source's expectation is over the factor's distribution. Negative parts count as 0.</para>
/// </remarks>
public sealed class Irs : IDisentanglementMetric
{
    private const double Quantile = 0.99;

    /// <inheritdoc/>
    public string Name => "irs";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Bootstrap;

    /// <inheritdoc/>
    public string Bias => "high with few rows for each level of a factor; low for a continuous factor by the width of its bins";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["quantile"] = $"{Quantile} of absolute deviations" };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (scores, weights) = (new double[data.LatentDim], new double[data.LatentDim]);
        for (var j = 0; j < data.LatentDim; j++)
        {
            var z = data.Column(j);
            weights[j] = Moments.Of(z).Variance > 0 ? Deviation(z) : 0;
            scores[j] = weights[j] == 0 ? double.NaN : Math.Max(0, data.Factors.Max(factor => 1 - Within(z, factor) / weights[j]));
        }
        var total = weights.Sum();
        return [new Reading(Name, total == 0 ? 0 : Enumerable.Range(0, scores.Length).Where(j => weights[j] > 0).Sum(j => weights[j] / total * scores[j])) { PerLatent = scores }];
    }

    private static double Within(double[] z, Factor factor) =>
        Enumerable.Range(0, z.Length).GroupBy(row => factor.Levels[row]).Average(level => Deviation([.. level.Select(row => z[row])]));

    // Linear between order statistics, as most packages do.
    private static double Deviation(double[] values)
    {
        var mean = Moments.Of(values).Mean;
        double[] sorted = [.. values.Select(value => Math.Abs(value - mean)).Order()];
        var at = Quantile * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }
}
