using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>KID: the squared maximum mean discrepancy of features under a cubic kernel.</summary>
/// <remarks>
/// <para><b>Equation:</b> MMD² with k(x, y) = (xᵀy/D + 1)³.</para>
/// <para><b>Shapes:</b> real <c>(N, D)</c>, fake <c>(M, D)</c> → a number, negative when the samples happen to match. <b>Units:</b> of the features, to the sixth power at most.</para>
/// <para><b>Biased when:</b> never: values at different numbers of rows compare.</para>
/// <para><b>Errors:</b> over disjoint random blocks of at most 1000 rows, ten at least; every row is used once.</para>
/// <para><b>Source:</b> Bińkowski et al. 2018, arXiv 1801.01401, section 4. <b>Departs from the source:</b> the blocks do not overlap.</para>
/// </remarks>
public sealed class KernelDistance : IMetric
{
    /// <inheritdoc/>
    public string Name => "kid";

    /// <inheritdoc/>
    public string Summary => "squared MMD of the features with a cubic kernel, unbiased";

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options) =>
        BlockMmd.Compare(this, "squared MMD, cubic kernel", real, fake, options, _ => (Kernel, new Dictionary<string, double>()));

    internal static Tensor Kernel(Tensor x, Tensor y) => (x.Matmul(y.T) * (1.0 / x.Shape[1]) + 1.0).Pow(3);
}
