using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Diagnostics;

/// <summary>Whether two samples differ at all, on the scale of their spread and below and above it: the maximum mean discrepancy with its null by permutation.</summary>
/// <remarks>
/// <para><b>Equation:</b> the unbiased statistic of <see cref="Mmd"/>, MMD² = mean k(x, x′) + mean k(y, y′) − 2 mean k(x, y), with inverse multiquadrics
/// at C = s·c, s one of <see cref="Mmd.UsualScales"/> and c the mean squared distance of two points of both samples together.</para>
/// <para><b>Shapes:</b> <c>(Q, L)</c>, <c>(P, L)</c> → one number. <b>Units:</b> none. <b>Biased when:</b> never: 0 in expectation where the distributions are
/// one, and then often negative. The p-value is exact, for c does not know which point is whose.</para>
/// <para><b>Cost:</b> (Q + P)² kernels and as many products for each permutation.</para>
/// <para><b>Source:</b> Gretton et al. 2012, JMLR 13, lemma 6; its section 4 for the permutation.</para>
/// </remarks>
public static class MmdTest
{
    private const long RowsAtOnce = 64;

    /// <summary>Compares a sample of q with one of p.</summary>
    /// <param name="fromQ"><c>(Q, L)</c>, row by row.</param>
    /// <param name="fromP"><c>(P, L)</c>.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="options">Permutations and seed.</param>
    /// <param name="scale">c, where statistics of several samples are to be compared with each other; null for that of the two samples.</param>
    public static TwoSampleResult Run(ReadOnlySpan<double> fromQ, ReadOnlySpan<double> fromP, int latentDim, TwoSampleOptions? options = null, double? scale = null)
    {
        var pool = Pool.Of(fromQ, fromP, latentDim);
        var divisions = pool.Divisions(options ?? new());
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var points = Tensor.From<double>(pool.Points, [pool.Count, latentDim]);
        // Two points of a sample are 2·tr(covariance) apart in the square; points that all lie together need some scale too.
        var c = scale ?? Math.Max(2 * points.Var([0]).Sum().ToDouble(), 1e-300);
        var kernel = Kernel(points, c);
        var isQ = Tensor.From<double>([.. divisions.SelectMany(division => division.Select(q => q ? 1.0 : 0.0))], [divisions.Length, pool.Count]);
        var withQ = isQ.Matmul(kernel);
        // Sums of the kernel over pairs: within q, and of q with all.
        var within = (withQ * isQ).Sum(1L).ToArray<double>();
        var withAll = withQ.Sum(1L).ToArray<double>();
        var all = kernel.Sum().ToDouble();
        double Q = pool.Q, P = pool.P;
        var statistics = within.Zip(withAll, (qq, qAll) => qq / (Q * (Q - 1)) + (all - 2 * qAll + qq) / (P * (P - 1)) - 2 * (qAll - qq) / (Q * P));
        return pool.Result("MMD", "whether the samples differ in any respect, at seven scales around their spread", [.. statistics]);
    }

    // Of different points: 0 on the diagonal. A few rows at a time: seven kernels make some thirty matrices on the way.
    private static Tensor Kernel(Tensor points, double c)
    {
        var (mmd, blocks, N) = (new Mmd(KernelKind.InverseMultiquadric, c, Mmd.UsualScales), new List<Tensor>(), points.Shape[0]);
        for (var first = 0L; first < N; first += RowsAtOnce)
        {
            using var scope = TensorScope.Open();
            var rows = Math.Min(RowsAtOnce, N - first);
            var self = Tensor.Arange(first, first + rows, DType.Int64).Unsqueeze(1).Eq(Tensor.Arange(0, N, DType.Int64).Unsqueeze(0));
            blocks.Add(scope.Keep(Tensor.Where(self, 0.0, mmd.Kernel(points.Narrow(0, first, rows), points))));
        }
        return Tensor.Cat(0, [.. blocks]);
    }
}
