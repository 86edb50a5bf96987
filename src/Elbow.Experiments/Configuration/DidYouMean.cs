namespace Elbow.Experiments.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
public static class DidYouMean
{
    /// <summary>
    /// The candidate nearest to <paramref name="word"/>: fewest letters inserted, dropped, changed or swapped with a neighbour, capitals
    /// not counted. Null when none is near, which is more than a third of its letters away.
    /// </summary>
    public static string? Closest(string word, IEnumerable<string> candidates) =>
        candidates
            .Select(name => (name, distance: Distance(word, name), limit: Math.Max(1, name.Length / 3)))
            .Where(c => c.distance <= c.limit)
            .OrderBy(c => c.distance)
            .Select(c => c.name)
            .FirstOrDefault();

    /// <summary>Optimal string alignment distance, or <see cref="int.MaxValue"/> when the lengths alone rule a match out.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > Math.Max(1, b.Length / 3))
            return int.MaxValue;
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                var change = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
