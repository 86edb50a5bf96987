namespace Elbow.Diagnostics;

/// <summary>How sums over all pairs are computed; none of it changes a result by a bit.</summary>
public sealed record PairwiseOptions
{
    /// <summary>Threads; null for ELBOW_THREADS, and without it as many as there are cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Told how many points are done, one call at a time; of a point that is seen jointly and latent by latent, the part of the work.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops the work.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Points that one thread takes through all components at a time.</summary>
    internal int TileRows { get; init; } = 32;

    internal int ThreadCount => Math.Max(1, Threads ?? (int.TryParse(Environment.GetEnvironmentVariable("ELBOW_THREADS"), out var asked) && asked > 0 ? asked : Environment.ProcessorCount));

    /// <summary>For a part of the work: what it reports is counted from what was done before, a point of it as a share of one.</summary>
    internal PairwiseOptions Part(int before, double share = 1) => Progress is null ? this : this with { Progress = new PartOf(Progress, before, share) };

    /// <summary>Takes all points through some work, <see cref="TileRows"/> of them at a time.</summary>
    /// <param name="points">How many.</param>
    /// <param name="tile">The work, from one point to before another.</param>
    internal void InTiles(int points, Action<int, int> tile)
    {
        var done = 0;
        var reporting = new Lock();
        var tiles = (points + TileRows - 1) / TileRows;
        if (ThreadCount == 1)
        {
            for (var n = 0; n < tiles; n++) Work(n);
            return;
        }
        Parallel.For(0, tiles, new ParallelOptions { MaxDegreeOfParallelism = ThreadCount, CancellationToken = Cancellation }, Work);

        void Work(int n)
        {
            Cancellation.ThrowIfCancellationRequested();
            var (first, end) = (n * TileRows, Math.Min(points, (n + 1) * TileRows));
            tile(first, end);
            if (Progress is null) return;
            lock (reporting) Progress.Report(done += end - first);
        }
    }

    private sealed class PartOf(IProgress<int> whole, int before, double share) : IProgress<int>
    {
        public void Report(int value) => whole.Report(before + (int)(value * share));
    }
}
