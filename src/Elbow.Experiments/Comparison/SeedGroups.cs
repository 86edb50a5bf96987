namespace Elbow.Experiments.Comparison;

/// <summary>Runs that differ in nothing but the seed belong together; groups are compared seed by seed.</summary>
public static class SeedGroups
{
    /// <summary>The key in which the runs of a group differ.</summary>
    public const string SeedPath = "training.seed";

    /// <summary>The groups, in the order of their first runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="alike">Whether two configurations differ in nothing but <see cref="SeedPath"/>.</param>
    public static IReadOnlyList<IReadOnlyList<T>> Of<T>(IEnumerable<T> runs, Func<T, T, bool> alike)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(alike);
        var groups = new List<List<T>>();
        foreach (var run in runs)
        {
            if (groups.Find(group => alike(group[0], run)) is { } same) same.Add(run);
            else groups.Add([run]);
        }
        return groups;
    }

    /// <summary>A, B, …, Z, AA, AB, …</summary>
    /// <param name="n">From 0.</param>
    public static string Name(int n) => n < 26 ? $"{(char)('A' + n)}" : Name(n / 26 - 1) + (char)('A' + n % 26);

    /// <summary>The value of <paramref name="group"/> − that of <paramref name="other"/> at each seed that both have. A seed that was run twice counts once, by its mean.</summary>
    /// <param name="group">Seeds and values of one group.</param>
    /// <param name="other">Seeds and values of the other.</param>
    /// <returns>One difference a seed, in the order of the seeds in <paramref name="group"/>; none when they share no seed. Its <see cref="SeedSpread.StandardError"/> is that of the paired difference.</returns>
    public static IReadOnlyList<double> Differences(IReadOnlyCollection<(long Seed, double Value)> group, IReadOnlyCollection<(long Seed, double Value)> other)
    {
        var (ours, theirs) = (Means(group), Means(other));
        return [.. ours.Where(seed => theirs.ContainsKey(seed.Key)).Select(seed => seed.Value - theirs[seed.Key])];
    }

    private static Dictionary<long, double> Means(IEnumerable<(long Seed, double Value)> values) =>
        values.GroupBy(value => value.Seed).ToDictionary(seed => seed.Key, seed => seed.Average(value => value.Value));
}
