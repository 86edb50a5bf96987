using Elbow.Experiments;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>Draws rows that share the level of one factor while the others vary as they do in the data.</summary>
internal sealed class FixedFactor
{
    // Rows by factor and level; draws reorder them within a level.
    private readonly int[][][] rows;
    private readonly int[] total;

    /// <param name="data">Rows with their factors.</param>
    /// <param name="least">Levels with fewer rows are passed over.</param>
    /// <exception cref="UserException">A factor without any level of so many rows.</exception>
    public FixedFactor(FactoredCodes data, int least)
    {
        rows = [.. data.Factors.Select(factor => Enumerable.Range(0, data.Count).GroupBy(row => factor.Levels[row]).Select(group => group.ToArray()).Where(group => group.Length >= least).ToArray())];
        total = [.. rows.Select(levels => levels.Sum(level => level.Length))];
        var k = Array.IndexOf(total, 0);
        if (k >= 0) throw new UserException(
            $"no level of factor {data.Factors[k].Name} has {least} rows or more: too little varies while it is fixed",
            "give more rows, or leave this measure out: --metrics mig,dci,sap");
    }

    /// <summary>Rows with one level of factor k, without repeats; fewer than asked for where the level has fewer. The level is that of a random row.</summary>
    public ReadOnlySpan<int> Draw(Random random, int k, int count)
    {
        var (at, level) = (random.Next(total[k]), 0);
        while (at >= rows[k][level].Length) at -= rows[k][level++].Length;
        var group = rows[k][level];
        var taken = Math.Min(count, group.Length);
        for (var n = 0; n < taken; n++)
        {
            var other = random.Next(n, group.Length);
            (group[n], group[other]) = (group[other], group[n]);
        }
        return group.AsSpan(0, taken);
    }
}
