namespace Elbow.Diagnostics;

/// <summary>Nearest neighbours by looking at all pairs.</summary>
internal static class Neighbours
{
    /// <summary>The numbers of the k nearest other points of each row asked about, the nearest first.</summary>
    /// <param name="points"><c>(N, L)</c>.</param>
    /// <param name="L">Coordinates.</param>
    /// <param name="rows">Which points are asked about.</param>
    /// <param name="k">Fewer than N.</param>
    /// <param name="seed">Of the order in which points at the same distance come: by their number, those of one sample would come first.</param>
    internal static int[][] Nearest(double[] points, int L, IReadOnlyList<int> rows, int k, long seed)
    {
        var N = points.Length / L;
        var order = new int[N];
        var key = CounterHash.Key(seed, 0x7135);
        for (var n = 0; n < N; n++) order[n] = n;
        Array.Sort(Array.ConvertAll(order, n => CounterHash.Mix(key + (ulong)n)), order);
        var nearest = new int[rows.Count][];
        Parallel.For(0, rows.Count, row => nearest[row] = Nearest(points, L, rows[row], k, order));
        return nearest;
    }

    private static int[] Nearest(double[] points, int L, int row, int k, int[] order)
    {
        var (found, distances, count) = (new int[k], new double[k], 0);
        var from = points.AsSpan(row * L, L);
        foreach (var n in order)
        {
            if (n == row) continue;
            var distance = SquaredDistance(from, points.AsSpan(n * L, L));
            if (count == k && distance >= distances[k - 1]) continue;
            var at = count < k ? count++ : k - 1;
            for (; at > 0 && distances[at - 1] > distance; at--) (found[at], distances[at]) = (found[at - 1], distances[at - 1]);
            (found[at], distances[at]) = (n, distance);
        }
        return found;
    }

    internal static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
        return sum;
    }
}
