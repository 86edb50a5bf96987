using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>The squared maximum mean discrepancy under a Gaussian kernel as wide as the data.</summary>
/// <remarks>
/// <para><b>Equation:</b> MMD² with k(x, y) = exp(−‖x − y‖²/C), C the median of ‖x − y‖² between different rows of both sets together.</para>
/// <para><b>Shapes:</b> real <c>(N, D)</c>, fake <c>(M, D)</c> → a number below 2, negative when the samples happen to match. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> never, given C. <b>Errors:</b> over disjoint random blocks of at most 1000 rows, ten at least.</para>
/// <para><b>Source:</b> Gretton et al. 2012, JMLR 13, lemma 6, and section 8 for the width; C from at most 1000 rows of each set.</para>
/// </remarks>
public sealed class GaussianMmd : IMetric
{
    private const int RowsForTheWidth = 1000;

    /// <inheritdoc/>
    public string Name => "mmd";

    /// <inheritdoc/>
    public string Summary => "squared MMD with a Gaussian kernel of the median width, unbiased";

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options) => BlockMmd.Compare(this, "squared MMD, Gaussian kernel", real, fake, options, generator =>
    {
        var C = MedianSquare(real, fake, generator);
        return (new Mmd(KernelKind.Gaussian, C, 1).Kernel, new Dictionary<string, double> { ["c"] = C });
    });

    internal static double MedianSquare(Tensor real, Tensor fake, Generator generator)
    {
        using var scope = TensorScope.Open();
        var rows = Tensor.Cat(0, Some(real, generator), Some(fake, generator));
        var n = rows.Shape[0];
        var squares = SquaredDistances.Between(rows, rows).ToArray<double>();
        var pairs = new double[n * (n - 1) / 2];
        var next = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++) pairs[next++] = squares[i * n + j];
        }
        Array.Sort(pairs);
        // Rows that are all the same have no width; any will do, for then every kernel is 1.
        return (pairs[(pairs.Length - 1) / 2] + pairs[pairs.Length / 2]) / 2 is > 0 and var median ? median : 1;
    }

    private static Tensor Some(Tensor x, Generator generator)
    {
        var N = x.Shape[0];
        return N <= RowsForTheWidth ? x : x.IndexSelect(0, Tensor.RandPerm(N, generator).Narrow(0, 0, RowsForTheWidth));
    }
}
