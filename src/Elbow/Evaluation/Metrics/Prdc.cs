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
/// <para><b>Errors:</b> what other fakes and what other reals would change while the balls stay, one set after the other left without one row: for a share
/// √(s²/n + Σ_i (u_i − ū)²) with s the deviation over the n rows that are counted and u_i the share that the i-th row of the other set holds alone; density
/// is a mean over fakes and one over reals, and has the error of both. Balls grow where a row is missing, which is not in it: over pairs of sets (500 rows,
/// 8 or 32 numbers, docs/methods/metrics.md) the error of density is 0.8 to 1.0 times the scatter, those of the others 0.9 to 1.7 times.</para>
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
        var (N, M) = ((int)real.Shape[0], (int)fake.Shape[0]);
        var (aroundReal, aroundFake) = (SquaredDistances.ToNeighbour(real, k), SquaredDistances.ToNeighbour(fake, k));
        // How many balls hold a fake, and the sum of their numbers: where one holds it, which.
        var (held, holders) = (Tensor.Zeros([M], DType.Float64), Tensor.Zeros([M], DType.Float64));
        var (hits, seen, nearest, seer) = (new double[N], new double[N], new long[N], new long[N]);
        foreach (var (start, rows) in SquaredDistances.Tiles(N, M))
        {
            using var tile = TensorScope.Open();
            var (first, count) = ((int)start, (int)rows);
            var squares = SquaredDistances.Between(real.Narrow(0, start, rows), fake);
            var inReal = (squares < aroundReal.Narrow(0, start, rows).Unsqueeze(1)).To(DType.Float64);
            var inFake = (squares < aroundFake).To(DType.Float64);
            held.AddInPlace(inReal.Sum(0L));
            holders.AddInPlace(inReal.T.Matmul(Tensor.Arange(start, start + rows, DType.Float64)));
            inReal.Sum(1L).CopyTo(hits.AsSpan(first, count));
            squares.Argmin(1).CopyTo(nearest.AsSpan(first, count));
            inFake.Sum(1L).CopyTo(seen.AsSpan(first, count));
            inFake.Argmax(1).CopyTo(seer.AsSpan(first, count));
        }
        var holding = held.ToArray<double>();
        var (ofFakes, ofReals) = (Estimate.Of([.. holding.Select(count => count / k)]), Estimate.Of([.. hits.Select(count => count * N / (k * (double)M))]));
        return (
            Share(holding, [.. holders.ToArray<double>().Select(sum => (long)sum)], N), Share(seen, seer, M),
            ofFakes with { StandardError = double.Hypot(ofFakes.StandardError, ofReals.StandardError) }, Share(hits, nearest, M));
    }

    // The share of rows that balls of the other set hold; whose it is where it is one. Where none or all are counted nothing varies, yet others
    // might have: the error over rows is then that of half a row more.
    private static Estimate Share(double[] balls, long[] whose, int others)
    {
        var (share, n) = (Estimate.Of([.. balls.Select(count => count > 0 ? 1.0 : 0)]), balls.Length);
        var half = 0.5 / (n + 1.0);
        var overRows = share.StandardError > 0 ? share.StandardError : Math.Sqrt(half * (1 - half) / n);
        var alone = new double[others];
        for (var row = 0; row < n; row++)
        {
            if (balls[row] == 1) alone[whose[row]] += 1.0 / n;
        }
        var mean = alone.Average();
        return share with { StandardError = double.Hypot(overRows, Math.Sqrt(alone.Sum(part => (part - mean) * (part - mean)))) };
    }
}
