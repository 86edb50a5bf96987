using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>Precision and recall of distributions after Sajjadi et al., as AVAE reports them: the curve, F₈ for recall and F_⅛ for precision.</summary>
/// <remarks>
/// <para><b>Equation:</b> both sets are clustered together; p and q are the shares of the clusters in each; <see cref="PrecisionRecallCurve"/> does the rest, averaged over clusterings.</para>
/// <para><b>Shapes:</b> real <c>(N, D)</c>, fake <c>(M, D)</c> → two numbers and a curve. <b>Units:</b> none; in [0, 1].</para>
/// <para><b>Biased when:</b> always, either way: low because shares of equal sets differ by chance, high because differences inside a cluster are not seen.</para>
/// <para><b>Errors:</b> jackknife over ten random blocks with the clusterings held, and the scatter between clusterings divided by their number, added as variances. Between equal distributions nearly twice the scatter over pairs of sets (the shares differ
/// by chance alone, and the jackknife counts that twice), else near it.</para>
/// <para><b>Special cases:</b> of sets of different size the larger gives as many rows, drawn at random, as the smaller has: otherwise the clusters would follow the larger.</para>
/// <para><b>Source:</b> Sajjadi et al. 2018, arXiv 1806.00035; 20 clusters by mini-batch k-means, 1001 angles and 10 clusterings as methods/avae.md 6.
/// <b>Departs from the source:</b> the mini-batch k-means is ours (<see cref="MiniBatchKMeans"/>).</para>
/// </remarks>
public sealed class PrecisionRecall : IMetric
{
    private const int Clusters = 20, Clusterings = 10;
    private const double Weight = 8;

    /// <inheritdoc/>
    public string Name => "prd";

    /// <inheritdoc/>
    public string Summary => "precision-recall curve over clusters, with F_8 and F_1/8";

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        MetricCheck.Features(Name, real, fake, 10 * Clusters, $"{Clusters} clusters need ten rows each: bring more rows, or use prdc");
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator(options.Seed);
        var N = Math.Min(real.Shape[0], fake.Shape[0]);
        var (x, y) = (Some(real, N, generator), Some(fake, N, generator));
        var pooled = Tensor.Cat(0, x - x.Mean(0L), y - x.Mean(0L));
        var (realBlocks, fakeBlocks) = (new Blocks(N, Jackknife.Blocks, generator), new Blocks(N, Jackknife.Blocks, generator));
        var counts = new List<(double[][] Real, double[][] Fake)>();
        for (var run = 0; run < Clusterings; run++)
        {
            var labels = MiniBatchKMeans.Labels(pooled, Clusters, generator);
            counts.Add((Count(labels.AsSpan(0, (int)N), realBlocks), Count(labels.AsSpan((int)N), fakeBlocks)));
        }
        PrecisionRecallCurve[] curves = [.. counts.Select(sets => Curve(sets, without: null))];
        PrecisionRecallCurve[] leftOut = [.. Enumerable.Range(0, Jackknife.Blocks).Select(b => PrecisionRecallCurve.Mean([.. counts.Select(sets => Curve(sets, b))]))];
        var mean = PrecisionRecallCurve.Mean(curves);
        return new MetricResult(Name, N, N, [Value("f8", Weight, "recall: F_8"), Value("f1over8", 1 / Weight, "precision: F_1/8")])
        {
            Curve = mean,
            Settings = new Dictionary<string, double> { ["clusters"] = Clusters, ["clusterings"] = Clusterings, ["angles"] = PrecisionRecallCurve.Angles },
        };

        MetricValue Value(string name, double b, string what)
        {
            var sampling = Jackknife.Of(mean.F(b), [.. leftOut.Select(curve => curve.F(b))]).StandardError;
            var clustering = Estimate.Of([.. curves.Select(curve => curve.F(b))]).StandardError;
            var error = Math.Sqrt(sampling * sampling + clustering * clustering);
            // Sets that share all clusters alike, or none, show no scatter: that is not knowing it.
            return new MetricValue(name, mean.F(b), error > 0 ? error : double.NaN, BiasDirection.Either, what);
        }
    }

    private static PrecisionRecallCurve Curve((double[][] Real, double[][] Fake) counts, int? without) => PrecisionRecallCurve.Of(Shares(counts.Real, without), Shares(counts.Fake, without));

    private static double[] Shares(double[][] counts, int? without)
    {
        var kept = counts.Where((_, b) => b != without).ToArray();
        var total = kept.Sum(block => block.Sum());
        return [.. Enumerable.Range(0, Clusters).Select(c => kept.Sum(block => block[c]) / total)];
    }

    // Rows of each cluster, block by block.
    private static double[][] Count(ReadOnlySpan<long> labels, Blocks blocks)
    {
        var counts = new double[blocks.Count][];
        for (var b = 0; b < blocks.Count; b++)
        {
            counts[b] = new double[Clusters];
            foreach (var row in blocks[b]) counts[b][labels[(int)row]]++;
        }
        return counts;
    }

    private static Tensor Some(Tensor x, long count, Generator generator) =>
        x.Shape[0] == count ? x : x.IndexSelect(0, Tensor.RandPerm(x.Shape[0], generator).Narrow(0, 0, count));
}
