using Elbow.Experiments;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>Repeats a measure for its error, and once on shuffled codes for the level of chance.</summary>
/// <remarks>
/// <para><b>Equation:</b> bootstrap: value on the rows as they are, se = s over R samples of N rows with replacement. Splits: value = mean over D random
/// halves, se = s √(1/D + 1), for splits of the same rows overlap (Nadeau, Bengio, Inference for the generalization error, Machine Learning 2003, with
/// equal parts to fit and test). Draws: value = mean over D, se = s/√D.</para>
/// <para><b>Units:</b> none, scores lie in [0, 1]. <b>Biased when:</b> see each measure. The bootstrap repeats rows, which raises plug-in information a little in
/// every sample: only the spread is used.</para>
/// </remarks>
public static class Scoring
{
    /// <summary>Samples of the bootstrap.</summary>
    public const int Bootstraps = 40;

    /// <summary>Scores codes.</summary>
    /// <param name="metric">The measure.</param>
    /// <param name="data">Codes with their factors.</param>
    /// <param name="seed">Of everything drawn.</param>
    /// <param name="draws">D: random halves, or draws of votes; at least 2.</param>
    /// <exception cref="UserException">The rows do not allow this measure.</exception>
    public static IReadOnlyList<DisentanglementScore> Run(IDisentanglementMetric metric, FactoredCodes data, int seed, int draws = 3)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        var chance = metric.Read(data.Shuffled(seed), seed);
        var bootstrap = metric.Error == ErrorSource.Bootstrap;
        var first = metric.Read(data, seed);
        IReadOnlyList<Reading>[] repeats = [.. Enumerable.Range(1, bootstrap ? Bootstraps : draws - 1).Select(n => metric.Read(bootstrap ? data.Pick(Resampled(data.Count, seed + n)) : data, seed + n))];
        if (!bootstrap) repeats = [first, .. repeats];
        return [.. first.Select((reading, k) =>
        {
            double[] values = [.. repeats.Select(repeat => repeat[k].Value)];
            var spread = Math.Sqrt(Moments.Of(values).Variance * values.Length / (values.Length - 1));
            return new DisentanglementScore(metric.Name, Checked(bootstrap ? reading : Mean([.. repeats.Select(repeat => repeat[k])])), metric.Error switch
            {
                ErrorSource.Bootstrap => spread,
                ErrorSource.Splits => spread * Math.Sqrt(1.0 / draws + 1),
                _ => spread / Math.Sqrt(draws),
            }, chance[k].Value, metric.Error switch
            {
                ErrorSource.Bootstrap => $"{Bootstraps} bootstrap samples of the rows",
                ErrorSource.Splits => $"{draws} random halves",
                _ => $"{draws} draws of votes from these rows, not the choice of rows",
            }, metric.Bias, metric.Settings);
        })];
    }

    private static int[] Resampled(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(count))];
    }

    private static Reading Mean(Reading[] readings) => new(readings[0].Name, readings.Average(reading => reading.Value))
    {
        Corrected = readings[0].Corrected is null ? null : readings.Average(reading => reading.Corrected!.Value),
        PerFactor = Mean([.. readings.Select(reading => reading.PerFactor)]),
        PerLatent = Mean([.. readings.Select(reading => reading.PerLatent)]),
    };

    private static double[] Mean(IReadOnlyList<double>[] parts) => [.. Enumerable.Range(0, parts[0].Count).Select(k => parts.Average(part => part[k]))];

    // A score outside its bounds is a fault of the measure and must not be printed as a number.
    private static Reading Checked(Reading reading) => reading.Value is >= -1e-12 and <= 1 + 1e-12
        ? reading
        : throw new InvalidOperationException($"{reading.Name} is {reading.Value}, outside of [0, 1]");
}
