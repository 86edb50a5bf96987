namespace Elbow.Evaluation.Disentanglement;

/// <summary>The separated attribute predictability: how much better the best single latent predicts each factor than the second best.</summary>
/// <remarks>
/// <para><b>Equation:</b> (1/M) Σ_k (S_j₁k − S_j₂k), j₁ and j₂ the best and second best latent for factor k. S is the squared correlation for ordered and continuous factors, the R² of a
/// line, on the half of the rows that is tested; for nominal ones the balanced accuracy of the best intervals of z_j, at most one for each class, fitted on one half and measured on the other. A second below the level of chance counts as chance.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> high for unrelated codes by the gap between the best and second best of noise, of order 1/√N for classes and 1/N for numbers; blind to relations that no line shows.</para>
/// <para><b>Source:</b> Kumar, Sattigeri, Balakrishnan 2018, arXiv 1711.00848, section 3 (the paper was not at hand: numbers not checked). <b>Departs from the source:</b> thresholds are the best of all on a grid of quantiles, by dynamic
/// programming, and are measured on other rows than they were fitted to; a constant latent counts as chance, the source has 0 there, so that the gap of C classes is at most 1 − 1/C. Usual code takes the
/// plain accuracy of one linear support vector machine for all classes.</para>
/// </remarks>
public sealed class Sap : IDisentanglementMetric
{
    /// <inheritdoc/>
    public string Name => "sap";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Splits;

    /// <inheritdoc/>
    public string Bias => "high for unrelated codes: the gap between the best and second best of noise";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["classes"] = $"balanced accuracy of intervals between {Intervals.Grid} quantiles", ["numbers"] = "squared correlation" };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (fit, test) = Halves.Of(data, data.Count, seed);
        double[] gaps = [.. Enumerable.Range(0, data.Factors.Count).Select(k =>
        {
            var nothing = data.Factors[k].Kind == FactorKind.Nominal ? 1.0 / data.Factors[k].LevelCount : 0;
            double[] scores = [nothing, .. Enumerable.Range(0, data.LatentDim).Select(j => Score(fit, test, j, k))];
            var best = scores.OrderDescending().Take(2).ToArray();
            return best[0] - best[1];
        })];
        return [new Reading("sap", gaps.Average()) { PerFactor = gaps }];
    }

    private static double Score(FactoredCodes fit, FactoredCodes test, int j, int k)
    {
        var (y, yTest) = (fit.Factors[k], test.Factors[k]);
        return y.Kind == FactorKind.Nominal
            ? Intervals.Fit(fit.Column(j), y.Levels, y.LevelCount).BalancedAccuracy(test.Column(j), yTest.Levels, y.LevelCount)
            : SquaredCorrelation(test.Column(j), yTest.Values);
    }

    internal static double SquaredCorrelation(double[] a, double[] b)
    {
        var (ma, mb) = (Moments.Of(a), Moments.Of(b));
        if (ma.Variance == 0 || mb.Variance == 0) return 0;
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++) sum += (a[n] - ma.Mean) * (b[n] - mb.Mean);
        return Math.Min(1, Math.Pow(sum / a.Length, 2) / (ma.Variance * mb.Variance));
    }
}
