namespace Elbow.Studio.Logs;

/// <summary>Which of many points to draw, so that the drawing looks the same.</summary>
internal static class Downsampling
{
    /// <summary>
    /// Indices of at most <paramref name="most"/> values, ascending: the first, the last, and the least and the greatest finite value of
    /// each of equally long buckets between. A bucket without a finite value keeps its first, so that a gap is still seen.
    /// </summary>
    /// <param name="values">In the order in which they are drawn.</param>
    /// <param name="most">At least 2.</param>
    internal static int[] MinMax(ReadOnlySpan<double> values, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (values.Length <= most) return Enumerable.Range(0, values.Length).ToArray();
        var buckets = (most - 2) / 2;
        var kept = new List<int>(most) { 0 };
        var inner = values.Length - 2;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var start = 1 + (int)((long)bucket * inner / buckets);
            var end = 1 + (int)((long)(bucket + 1) * inner / buckets);
            var (low, high) = Extremes(values, start, end);
            kept.Add(Math.Min(low, high));
            if (low != high) kept.Add(Math.Max(low, high));
        }
        kept.Add(values.Length - 1);
        return [.. kept];
    }

    /// <summary>Indices of at most <paramref name="most"/> of <paramref name="count"/> things, evenly spread, the first and the last among them.</summary>
    internal static int[] Even(int count, int most)
    {
        if (count <= most) return Enumerable.Range(0, count).ToArray();
        if (most == 1) return [count - 1];
        return [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)))];
    }

    private static (int Low, int High) Extremes(ReadOnlySpan<double> values, int start, int end)
    {
        var (low, high) = (-1, -1);
        for (var i = start; i < end; i++)
        {
            if (!double.IsFinite(values[i])) continue;
            if (low < 0 || values[i] < values[low]) low = i;
            if (high < 0 || values[i] > values[high]) high = i;
        }
        return low < 0 ? (start, start) : (low, high);
    }
}
