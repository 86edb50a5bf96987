namespace Elbow.Evaluation.Disentanglement;

/// <summary>A classifier of one number: intervals, one class each, no more than there are classes.</summary>
/// <remarks>
/// <para><b>Equation:</b> max over cuts of (1/C) Σ_intervals max_c n_c(interval)/n_c, the balanced accuracy on the rows to fit; exact over cuts at quantiles, by dynamic programming over (intervals used, last cut).</para>
/// </remarks>
internal sealed class Intervals
{
    /// <summary>Quantiles between which cuts are placed.</summary>
    public const int Grid = 50;

    private readonly double[] cuts;
    private readonly int[] classes;

    private Intervals(double[] cuts, int[] classes) => (this.cuts, this.classes) = (cuts, classes);

    public static Intervals Fit(double[] x, int[] y, int classCount)
    {
        double[] sorted = [.. x.Order()];
        // A cut lies at the first value of the right side; values equal to it are right of it.
        double[] edges = [.. Enumerable.Range(1, Grid - 1).Select(k => sorted[(int)((long)k * sorted.Length / Grid)]).Distinct().Where(edge => edge > sorted[0])];
        var cells = edges.Length + 1;
        var totals = new double[classCount];
        foreach (var label in y) totals[label]++;
        // below[b, c]: share of class c in the cells before b.
        var below = new double[cells + 1, classCount];
        for (var n = 0; n < x.Length; n++) below[Cell(edges, x[n]) + 1, y[n]] += 1 / totals[y[n]];
        for (var b = 1; b <= cells; b++)
        {
            for (var c = 0; c < classCount; c++) below[b, c] += below[b - 1, c];
        }
        var (best, from, used) = (new double[classCount + 1, cells + 1], new int[classCount + 1, cells + 1], new int[classCount + 1, cells + 1]);
        for (var pieces = 1; pieces <= classCount; pieces++)
        {
            for (var end = 1; end <= cells; end++)
            {
                best[pieces, end] = -1;
                for (var start = pieces == 1 ? 0 : 1; start < (pieces == 1 ? 1 : end); start++)
                {
                    if (pieces > 1 && best[pieces - 1, start] < 0) continue;
                    for (var c = 0; c < classCount; c++)
                    {
                        var value = best[pieces - 1, start] + below[end, c] - below[start, c];
                        if (value > best[pieces, end]) (best[pieces, end], from[pieces, end], used[pieces, end]) = (value, start, c);
                    }
                }
            }
        }
        var count = Enumerable.Range(1, classCount).MaxBy(pieces => best[pieces, cells]);
        var (cuts, classes) = (new List<double>(), new List<int>());
        for (int pieces = count, end = cells; pieces > 0; pieces--)
        {
            classes.Insert(0, used[pieces, end]);
            end = from[pieces, end];
            if (pieces > 1) cuts.Insert(0, edges[end - 1]);
        }
        return new Intervals([.. cuts], [.. classes]);
    }

    /// <summary>The mean over classes of the share that is told right.</summary>
    public double BalancedAccuracy(double[] x, int[] y, int classCount)
    {
        var (right, totals) = (new double[classCount], new double[classCount]);
        for (var n = 0; n < x.Length; n++)
        {
            totals[y[n]]++;
            if (classes[Cell(cuts, x[n])] == y[n]) right[y[n]]++;
        }
        return Enumerable.Range(0, classCount).Where(c => totals[c] > 0).Average(c => right[c] / totals[c]);
    }

    private static int Cell(double[] edges, double value) => Array.BinarySearch(edges, value) is var at && at >= 0 ? at + 1 : ~at;
}
