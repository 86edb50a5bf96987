namespace Elbow.Evaluation.Disentanglement;

/// <summary>Numbers to levels, for plug-in information.</summary>
internal static class Discretisation
{
    /// <summary>Bins when nothing else is said, the number in common use.</summary>
    public const int UsualBins = 20;

    /// <summary>Levels of a code: its values when they are few, else bins, of equal width between its least and greatest value or of equal counts.</summary>
    /// <remarks>
    /// A code that is discrete itself loses nothing to bins this way: the identity of a factor with 32 values would keep only log 20 of its log 32 nats. Values closer than 10⁻⁹ of the
    /// range are one: after a projection the rounding error of a discrete code would else tell which row it is.
    /// </remarks>
    public static (int[] Levels, int Count) OfCode(double[] values, int bins, bool equalCounts = false)
    {
        var (least, most) = (values.Min(), values.Max());
        if (most - least <= 1e-14 * Math.Max(Math.Abs(least), Math.Abs(most))) return (new int[values.Length], 1);
        double[] rounded = [.. values.Select(value => Math.Round((value - least) / (most - least) * 1e9))];
        if (Distinct(rounded, Factor.MostValues) is { } distinct && distinct.Length * 5 <= values.Length)
            return ([.. rounded.Select(value => Array.BinarySearch(distinct, value))], distinct.Length);
        if (equalCounts) return EqualCounts(values, bins);
        var width = (most - least) / bins;
        return ([.. values.Select(value => Math.Min(bins - 1, (int)((value - least) / width)))], bins);
    }

    /// <summary>Bins of equal counts; equal values share a bin, empty bins are left out.</summary>
    public static (int[] Levels, int Count) EqualCounts(double[] values, int bins)
    {
        double[] sorted = [.. values.Order()];
        double[] edges = [.. Enumerable.Range(1, bins - 1).Select(k => sorted[(int)((long)k * sorted.Length / bins)]).Distinct().Where(edge => edge > sorted[0])];
        int[] levels = [.. values.Select(value => Array.BinarySearch(edges, value) is var at && at >= 0 ? at + 1 : ~at)];
        return (levels, edges.Length + 1);
    }

    /// <summary>The distinct values in order; null when there are more than <paramref name="most"/>.</summary>
    public static double[]? Distinct(double[] values, int most)
    {
        var seen = new HashSet<double>();
        foreach (var value in values)
        {
            if (seen.Add(value) && seen.Count > most) return null;
        }
        return [.. seen.Order()];
    }
}
