namespace Elbow.Diagnostics;

/// <summary>Joins samples into regions: connected parts of the graph of mutual nearest neighbours.</summary>
internal static class HoleRegions
{
    /// <summary>Regions of the chosen points, the largest first, of equal ones the one with the smallest number first.</summary>
    /// <param name="points">All samples <c>(M, L)</c>: those outside of holes lie between regions and keep them apart.</param>
    /// <param name="L">Coordinates.</param>
    /// <param name="inside">The chosen ones, ascending.</param>
    /// <param name="k">Neighbours.</param>
    /// <param name="seed">Of the order of ties.</param>
    internal static int[][] Join(double[] points, int L, int[] inside, int k, long seed)
    {
        if (inside.Length == 0) return [];
        var nearest = Neighbours.Nearest(points, L, inside, k, seed);
        var position = new Dictionary<int, int>(inside.Length);
        for (var i = 0; i < inside.Length; i++) position[inside[i]] = i;
        var parent = Enumerable.Range(0, inside.Length).ToArray();
        for (var i = 0; i < inside.Length; i++)
        {
            foreach (var neighbour in nearest[i])
            {
                if (position.TryGetValue(neighbour, out var j) && nearest[j].Contains(inside[i])) parent[Root(parent, i)] = Root(parent, j);
            }
        }
        return [.. inside.Select((point, i) => (Point: point, Region: Root(parent, i))).GroupBy(pair => pair.Region, pair => pair.Point)
            .Select(region => region.ToArray()).OrderByDescending(region => region.Length).ThenBy(region => region[0])];
    }

    private static int Root(int[] parent, int i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }
}
