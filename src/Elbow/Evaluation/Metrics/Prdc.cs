using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>Precision, recall, density and coverage by nearest neighbours. Precision and recall are the improved ones of Kynkäänniemi et al.</summary>
/// <remarks>
/// <para><b>Equation:</b> B(x) is the open ball around x that reaches to its k-th nearest neighbour in its own set. Precision: share of fakes in some B(real);
/// recall: share of reals in some B(fake); density: (1/(kM)) Σ_j #{i : fake_j ∈ B(real_i)}; coverage: share of reals whose B holds a fake.</para>
/// <para><b>Shapes:</b> real <c>(N, D)</c>, fake <c>(M, D)</c> → four numbers; shares lie in [0, 1], density in [0, N/k]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> always, either way: the balls shrink as N and M grow, and a lonely row has a ball far too large. Compare at equal N, M, k and
/// extractor only. Of equal distributions density is 1 and coverage 1 − Π_{i=1..k} (N − i)/(N + M − i) in expectation (<c>coverageIfEqual</c>); precision and recall have no such mark.</para>
/// <para><b>Errors:</b> standard deviation over the rows counted, over √N or √M: what other fakes (for recall and coverage: other reals) would
/// change while the balls stay. The scatter of the balls themselves is not in it, of the same order and no smaller with more rows: over pairs of sets (500 or 2000 rows, 8 or 32 numbers, docs/methods/metrics.md)
/// precision, recall and density scatter by 1.1 to 1.5 times the error, coverage by 1.3 to 2.1 times. The block jackknife errs to the other side, 1.0 to 2.0 times the scatter, at ten times the cost.</para>
/// <para><b>Source:</b> Naeem et al. 2020, arXiv 2002.09797, equations 3 to 5 and lemma 2; Kynkäänniemi et al. 2019, arXiv 1904.06991, equations 1 and 2. <b>Departs
/// from the source:</b> no; as in Naeem's code a row on the rim of a ball is outside.</para>
/// </remarks>
public sealed class Prdc : IMetric
{
    /// <inheritdoc/>
    public string Name => "prdc";

    /// <inheritdoc/>
    public string Summary => "improved precision and recall, density and coverage by nearest neighbours";

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var k = options.K;
        MetricCheck.Features(Name, real, fake, 2);
        var (N, M) = (real.Shape[0], fake.Shape[0]);
        if (k < 1 || k >= Math.Min(N, M)) throw new UserException($"prdc: k is {k}, with {Math.Min(N, M)} rows in the smaller set", $"use --k 1 to {Math.Min(N, M) - 1}");
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        // Around the origin distances keep more digits.
        var centre = real.Mean(0L);
        var (precision, recall, density, coverage) = Shares(real - centre, fake - centre, k);
        var equal = 1 - Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * (N - i) / (N + M - i));
        return new MetricResult(Name, N, M,
        [
            new("precision", precision.Value, precision.StandardError, BiasDirection.Either, "fakes near reals (improved precision)"),
            new("recall", recall.Value, recall.StandardError, BiasDirection.Either, "reals near fakes (improved recall)"),
            new("density", density.Value, density.StandardError, BiasDirection.Either, "how deep fakes lie among reals; 1 for equal sets"),
            new("coverage", coverage.Value, coverage.StandardError, BiasDirection.Either, $"reals with a fake nearby; {equal:F4} for equal sets"),
        ])
        { Settings = new Dictionary<string, double> { ["k"] = k, ["coverageIfEqual"] = equal } };
    }

    private static (Estimate Precision, Estimate Recall, Estimate Density, Estimate Coverage) Shares(Tensor real, Tensor fake, int k)
    {
        var (N, M) = (real.Shape[0], fake.Shape[0]);
        var (aroundReal, aroundFake) = (SquaredDistances.ToNeighbour(real, k), SquaredDistances.ToNeighbour(fake, k));
        var held = Tensor.Zeros([M], DType.Float64);
        var (recall, coverage) = (new double[N], new double[N]);
        foreach (var (first, rows) in SquaredDistances.Tiles(N, M))
        {
            using var tile = TensorScope.Open();
            var squares = SquaredDistances.Between(real.Narrow(0, first, rows), fake);
            var radius = aroundReal.Narrow(0, first, rows);
            held.AddInPlace((squares < radius.Unsqueeze(1)).To(DType.Float64).Sum(0L));
            (squares.Amin(1) < radius).To(DType.Float64).CopyTo(coverage.AsSpan((int)first, (int)rows));
            (squares < aroundFake).To(DType.Float64).Amax(1).CopyTo(recall.AsSpan((int)first, (int)rows));
        }
        var counts = held.ToArray<double>();
        return (Share([.. counts.Select(count => count > 0 ? 1.0 : 0)]), Share(recall), Estimate.Of([.. counts.Select(count => count / k)]), Share(coverage));
    }

    // Where none or all are counted nothing varies, yet others might have: the error is then that of half a row more.
    private static Estimate Share(double[] counted)
    {
        var (share, n) = (Estimate.Of(counted), counted.Length);
        if (share.StandardError > 0) return share;
        var half = 0.5 / (n + 1.0);
        return share with { StandardError = Math.Sqrt(half * (1 - half) / n) };
    }
}
