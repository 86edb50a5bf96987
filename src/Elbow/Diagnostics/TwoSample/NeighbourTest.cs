namespace Elbow.Diagnostics;

/// <summary>Whether points keep company with their own sample: the share of nearest neighbours that are of the same one, with its null by permutation.</summary>
/// <remarks>
/// <para><b>Equation:</b> T = (1/Nk) Σ_i #{j among the k nearest of i: j and i of one sample}, N = Q + P. Its mean over all divisions is
/// [Q(Q − 1) + P(P − 1)]/[N(N − 1)].</para>
/// <para><b>Shapes:</b> <c>(Q, L)</c>, <c>(P, L)</c> → one number in [0, 1]. <b>Units:</b> none. <b>Biased when:</b> never; the p-value is exact. Sees local
/// differences such as holes, and is blind to a small shift of everything.</para>
/// <para><b>Source:</b> Schilling 1986, JASA 81; Henze 1988, Annals of Statistics 16. The null by permutation is ours.</para>
/// </remarks>
public static class NeighbourTest
{
    /// <summary>Compares a sample of q with one of p.</summary>
    /// <param name="fromQ"><c>(Q, L)</c>, row by row.</param>
    /// <param name="fromP"><c>(P, L)</c>.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="options">Permutations and seed.</param>
    /// <param name="neighbours">k.</param>
    public static TwoSampleResult Run(ReadOnlySpan<double> fromQ, ReadOnlySpan<double> fromP, int latentDim, TwoSampleOptions? options = null, int neighbours = 5)
    {
        var pool = Pool.Of(fromQ, fromP, latentDim);
        if (neighbours < 1 || neighbours >= pool.Count) throw new ArgumentOutOfRangeException(nameof(neighbours), neighbours, $"expected 1 to {pool.Count - 1} neighbours of {pool.Count} points");
        var divisions = pool.Divisions(options ??= new());
        var nearest = Neighbours.Nearest(pool.Points, latentDim, [.. Enumerable.Range(0, pool.Count)], neighbours, options.Seed);
        return pool.Result("nearest neighbours", $"whether the {neighbours} nearest neighbours of a point are of its own sample more often than by chance",
            Array.ConvertAll(divisions, division => Share(nearest, division)));
    }

    private static double Share(int[][] nearest, bool[] isQ)
    {
        var same = 0L;
        for (var i = 0; i < nearest.Length; i++)
        {
            foreach (var j in nearest[i]) same += isQ[i] == isQ[j] ? 1 : 0;
        }
        return same / ((double)nearest.Length * nearest[0].Length);
    }
}
