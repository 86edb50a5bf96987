namespace Elbow.Evaluation.Metrics;

/// <summary>Where the expectation of an estimate lies, seen from what it estimates.</summary>
public enum BiasDirection
{
    /// <summary>On it.</summary>
    None,
    /// <summary>Above.</summary>
    High,
    /// <summary>Below.</summary>
    Low,
    /// <summary>On either side, as the data are.</summary>
    Either,
}

/// <summary>One number of a metric.</summary>
/// <param name="Name">What it is called in tables and files.</param>
/// <param name="Value">The number.</param>
/// <param name="StandardError">Its standard error; NaN where none is known.</param>
/// <param name="Bias">The direction of its bias at finite numbers of rows.</param>
/// <param name="What">Its meaning, in a few words.</param>
public sealed record MetricValue(string Name, double Value, double StandardError, BiasDirection Bias, string What);

/// <summary>What a metric found.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="RealCount">Rows of the set to be matched that were used.</param>
/// <param name="FakeCount">Rows of the other that were used.</param>
/// <param name="Values">The numbers, the most important first.</param>
public sealed record MetricResult(string Metric, long RealCount, long FakeCount, IReadOnlyList<MetricValue> Values)
{
    /// <summary>Settings that the numbers depend on.</summary>
    public IReadOnlyDictionary<string, double> Settings { get; init; } = new Dictionary<string, double>();

    /// <summary>The curve behind the numbers; null when there is none.</summary>
    public PrecisionRecallCurve? Curve { get; init; }

    /// <summary>A number by its name.</summary>
    public MetricValue this[string name] => Values.Single(value => value.Name == name);
}
