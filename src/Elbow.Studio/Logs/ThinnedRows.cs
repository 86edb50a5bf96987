namespace Elbow.Studio.Logs;

/// <summary>
/// Rows of which only so many are kept that memory is bounded: when there are too many every second one is dropped, and from then on only
/// every second one is taken. The newest is always there.
/// </summary>
/// <param name="most">Rows kept; at least 2.</param>
internal sealed class ThinnedRows<T>(int most) where T : class
{
    private readonly List<(long Step, T Row)> kept = [];
    private (long Step, T Row)? newest;
    private long seen;
    private int stride = 1;

    /// <summary>All that are kept, in order, the newest last.</summary>
    internal IReadOnlyList<T> Rows => newest is { } last && (kept.Count == 0 || !ReferenceEquals(kept[^1].Row, last.Row)) ? [.. kept.Select(row => row.Row), last.Row] : [.. kept.Select(row => row.Row)];

    internal void Add(long step, T row)
    {
        newest = (step, row);
        if (seen++ % stride != 0) return;
        kept.Add((step, row));
        if (kept.Count < most) return;
        var index = 0;
        kept.RemoveAll(_ => index++ % 2 == 1);
        stride *= 2;
    }

    /// <summary>Drops the rows after a step.</summary>
    internal void CutAfter(long step)
    {
        while (kept.Count > 0 && kept[^1].Step > step) kept.RemoveAt(kept.Count - 1);
        seen = (long)kept.Count * stride;
        newest = kept.Count > 0 ? kept[^1] : null;
    }
}
