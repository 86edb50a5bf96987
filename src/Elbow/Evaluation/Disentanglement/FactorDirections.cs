using Elbow.Distributions;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>For each factor the direction of codes that varies least while the factor is fixed.</summary>
/// <remarks>
/// <para><b>Equation:</b> N times: draw rows that share a level of factor k, u = the eigenvector of their covariance with the least eigenvalue; the direction is the top eigenvector of
/// the mean of u uᵀ, which does not mind the sign of u.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c> → projections <c>(N, M)</c>.</para>
/// <para><b>Source:</b> Saha, Joshi, Whitaker, arXiv 2311.07693, algorithm 2 (methods/avae.md 5.7). <b>Departs from the source:</b> principal axes of all codes along which
/// the standard deviation is below 0.05 of the greatest are left out first (collapsed latents, copies of others): their variance is the least whatever is fixed. Codes are not whitened, as there:
/// where axes differ much in scale the least variance may belong to the scale and not to the factor.</para>
/// </remarks>
internal static class FactorDirections
{
    public const int Fixings = 50, LeastRows = 64;

    private const double LeastSpread = 0.05;

    /// <summary>Codes in the basis of the factors' directions <c>(N, M)</c>; codes that never vary as they are.</summary>
    public static FactoredCodes Project(FactoredCodes data, int seed)
    {
        var (values, vectors) = SymmetricEigen.Of(Covariance(data, Enumerable.Range(0, data.Count).ToArray()));
        int[] kept = [.. Enumerable.Range(0, values.Length).Where(i => values[i] > 0 && values[i] >= LeastSpread * LeastSpread * values[^1])];
        if (data.Active().Length == 0 || kept.Length == 0) return data;
        var axes = new double[data.LatentDim, kept.Length];
        for (var j = 0; j < data.LatentDim; j++)
        {
            for (var i = 0; i < kept.Length; i++) axes[j, i] = vectors[j, kept[i]];
        }
        var inAxes = Times(data, axes);
        return Times(inAxes, Find(inAxes, seed));
    }

    /// <summary>The direction of each factor as a column <c>(L, M)</c>.</summary>
    private static double[,] Find(FactoredCodes data, int seed)
    {
        // With no more rows than latents some direction has no variance at all, whatever is fixed.
        var (L, M, random, groups) = (data.LatentDim, data.Factors.Count, new Random(seed), new FixedFactor(data, data.LatentDim + 2));
        var (rows, directions) = (Math.Max(LeastRows, 4 * L), new double[L, M]);
        for (var k = 0; k < M; k++)
        {
            var sum = new double[L, L];
            for (var fixing = 0; fixing < Fixings; fixing++)
            {
                var (_, vectors) = SymmetricEigen.Of(Covariance(data, groups.Draw(random, k, rows)));
                for (var i = 0; i < L; i++)
                {
                    for (var j = 0; j < L; j++) sum[i, j] += vectors[i, 0] * vectors[j, 0] / Fixings;
                }
            }
            var (_, axes) = SymmetricEigen.Of(sum);
            for (var j = 0; j < L; j++) directions[j, k] = axes[j, L - 1];
        }
        return directions;
    }

    private static FactoredCodes Times(FactoredCodes data, double[,] columns)
    {
        var (L, M) = (columns.GetLength(0), columns.GetLength(1));
        var product = new double[data.Count * M];
        for (var n = 0; n < data.Count; n++)
        {
            for (var k = 0; k < M; k++)
            {
                for (var j = 0; j < L; j++) product[n * M + k] += data.Codes[n * L + j] * columns[j, k];
            }
        }
        return data.WithCodes(product, M);
    }

    private static double[,] Covariance(FactoredCodes data, ReadOnlySpan<int> rows)
    {
        var L = data.LatentDim;
        var mean = new double[L];
        foreach (var row in rows)
        {
            for (var j = 0; j < L; j++) mean[j] += data.Codes[row * L + j] / rows.Length;
        }
        var covariance = new double[L, L];
        foreach (var row in rows)
        {
            for (var i = 0; i < L; i++)
            {
                for (var j = 0; j < L; j++) covariance[i, j] += (data.Codes[row * L + i] - mean[i]) * (data.Codes[row * L + j] - mean[j]) / (rows.Length - 1);
            }
        }
        return covariance;
    }
}
