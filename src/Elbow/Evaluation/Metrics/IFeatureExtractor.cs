using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>Turns examples into the features that metrics compare. Numbers from different extractors do not compare, so it has a name and a hash.</summary>
public interface IFeatureExtractor
{
    /// <summary>What it is, for people: <c>raw</c>, <c>random-conv</c>, <c>classifier</c>, <c>torchscript:inception.pt</c>.</summary>
    string Name { get; }

    /// <summary>D: features of an example.</summary>
    long Dim { get; }

    /// <summary>SHA-256 of what decides the features: weights, file, preprocessing.</summary>
    string Hash { get; }

    /// <summary>The features of some examples. <c>(B, numbers)</c> → <c>(B, D)</c>, float64.</summary>
    Tensor Extract(Tensor rows);
}

/// <summary>What is the same for all extractors.</summary>
public static class FeatureExtraction
{
    private const long NumbersAtOnce = 1 << 20, MostRows = 256;

    /// <summary>The features of all rows, in pieces that fit into memory. <c>(N, numbers)</c> → <c>(N, D)</c>.</summary>
    /// <remarks><para><b>Equation:</b> row by row, f(x_n). <b>Shapes:</b> as above. <b>Units:</b> the extractor's. <b>Biased when:</b> never. <b>Source:</b> none.</para></remarks>
    public static Tensor ExtractAll(this IFeatureExtractor extractor, Tensor rows, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        ArgumentNullException.ThrowIfNull(rows);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var N = rows.Shape[0];
        var atOnce = Math.Clamp(NumbersAtOnce / rows.Shape[1], 1, MostRows);
        var parts = new List<Tensor>();
        for (var first = 0L; first < N; first += atOnce)
        {
            using var part = TensorScope.Open();
            var count = Math.Min(atOnce, N - first);
            parts.Add(part.Keep(extractor.Extract(rows.Narrow(0, first, count)).To(DType.Float64).MustBe([count, extractor.Dim])));
            progress?.Report((int)(first + count));
        }
        return scope.Keep(Tensor.Cat(0, [.. parts]));
    }
}
