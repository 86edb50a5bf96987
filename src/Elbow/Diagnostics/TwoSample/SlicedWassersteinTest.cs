using Elbow.Distributions;

namespace Elbow.Diagnostics;

/// <summary>Whether two samples differ along some direction: the sliced Wasserstein distance with its null by permutation.</summary>
/// <remarks>
/// <para><b>Equation:</b> SW₂ = √(mean over unit vectors u of W₂²(uᵀx, uᵀy)), W₂² = ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt of the two empirical distributions, exact
/// also for samples of different sizes.</para>
/// <para><b>Shapes:</b> <c>(Q, L)</c>, <c>(P, L)</c> → one number. <b>Units:</b> those of the latents. <b>Biased when:</b> always: two finite samples of one
/// distribution are apart, by about the null mean; only what exceeds it speaks. The p-value is exact.</para>
/// <para><b>Special cases:</b> L = 1 needs one direction; there a shift by c gives |c|.</para>
/// <para><b>Source:</b> Bonneel, Rabin, Peyré and Pfister 2015 (definition); the permutation test is ours.</para>
/// </remarks>
public static class SlicedWassersteinTest
{
    /// <summary>Compares a sample of q with one of p.</summary>
    /// <param name="fromQ"><c>(Q, L)</c>, row by row.</param>
    /// <param name="fromP"><c>(P, L)</c>.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="options">Permutations and seed.</param>
    /// <param name="directions">How many unit vectors are drawn.</param>
    public static TwoSampleResult Run(ReadOnlySpan<double> fromQ, ReadOnlySpan<double> fromP, int latentDim, TwoSampleOptions? options = null, int directions = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(directions, 1);
        var pool = Pool.Of(fromQ, fromP, latentDim);
        var divisions = pool.Divisions(options ??= new());
        var random = new StableRandom(CounterHash.Key(options.Seed, 0xD14));
        var sums = new double[divisions.Length];
        var (projected, order) = (new double[pool.Count], new int[pool.Count]);
        var (q, p) = (new double[pool.Q], new double[pool.P]);
        var steps = QuantileSteps.Of(pool.Q, pool.P);
        var slices = latentDim == 1 ? 1 : directions;
        for (var slice = 0; slice < slices; slice++)
        {
            Project(pool, Direction(latentDim, random), projected);
            for (var i = 0; i < order.Length; i++) order[i] = i;
            Array.Sort(projected, order);
            for (var r = 0; r < divisions.Length; r++)
            {
                Divide(projected, order, divisions[r], q, p);
                sums[r] += SquaredDistance(q, p, steps) / slices;
            }
        }
        return pool.Result("sliced Wasserstein", $"whether the samples differ along one of {slices} directions", Array.ConvertAll(sums, Math.Sqrt));
    }

    /// <summary>W₂² of two sorted samples on the line.</summary>
    internal static double SquaredDistance(ReadOnlySpan<double> q, ReadOnlySpan<double> p) => SquaredDistance(q, p, QuantileSteps.Of(q.Length, p.Length));

    private static double SquaredDistance(ReadOnlySpan<double> q, ReadOnlySpan<double> p, QuantileSteps steps)
    {
        var sum = 0.0;
        for (var s = 0; s < steps.Mass.Length; s++)
        {
            var apart = q[(int)steps.OfX[s]] - p[(int)steps.OfY[s]];
            sum += steps.Mass[s] * apart * apart;
        }
        return sum / ((double)q.Length * p.Length);
    }

    private static double[] Direction(int L, StableRandom random)
    {
        var u = new double[L];
        var norm = 0.0;
        for (var j = 0; j < L; j++) norm += (u[j] = random.NextNormal()) * u[j];
        return Array.ConvertAll(u, value => value / Math.Sqrt(norm));
    }

    private static void Project(Pool pool, double[] u, double[] projected)
    {
        for (var i = 0; i < projected.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < u.Length; j++) sum += u[j] * pool.Points[i * u.Length + j];
            projected[i] = sum;
        }
    }

    private static void Divide(double[] sorted, int[] order, bool[] isQ, double[] q, double[] p)
    {
        var (i, j) = (0, 0);
        for (var n = 0; n < sorted.Length; n++)
        {
            if (isQ[order[n]]) q[i++] = sorted[n];
            else p[j++] = sorted[n];
        }
    }
}
