namespace Elbow.Evaluation.Metrics;

/// <summary>Settings of metrics.</summary>
public sealed record MetricOptions
{
    /// <summary>k of the nearest neighbours that span a neighbourhood.</summary>
    /// <value>Default 5, at least 1.</value>
    public int K { get; init; } = 5;

    /// <summary>Whether covariances are drawn towards a multiple of the identity, which fewer rows allow.</summary>
    /// <value>Default false.</value>
    public bool Shrink { get; init; }

    /// <summary>Of everything random: subsets, directions, clusterings.</summary>
    /// <value>Default 1.</value>
    public ulong Seed { get; init; } = 1;
}
