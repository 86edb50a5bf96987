namespace Elbow.Diagnostics;

/// <summary>How sums over all pairs are computed; none of it changes a result by a bit.</summary>
public sealed record PairwiseOptions
{
    /// <summary>Threads; null for ELBOW_THREADS, and without it as many as there are cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Told how many points are done, one call at a time.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops the work.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Points that one thread takes through all components at a time.</summary>
    internal int TileRows { get; init; } = 32;

    internal int ThreadCount => Math.Max(1, Threads ?? (int.TryParse(Environment.GetEnvironmentVariable("ELBOW_THREADS"), out var asked) && asked > 0 ? asked : Environment.ProcessorCount));
}
