using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>The numbers themselves: for arrays that hold features already, and for data that are vectors.</summary>
/// <param name="dim">D.</param>
public sealed class RawFeatures(long dim) : IFeatureExtractor
{
    /// <inheritdoc/>
    public string Name => "raw";

    /// <inheritdoc/>
    public long Dim => dim;

    /// <inheritdoc/>
    public string Hash { get; } = FeatureHash.Of("raw 1");

    /// <inheritdoc/>
    public Tensor Extract(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.MustBe([-1, dim]).To(DType.Float64);
    }
}
