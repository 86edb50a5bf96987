using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>k-means by small batches: clusters of many rows at the cost of a few passes.</summary>
/// <remarks>
/// <para><b>Equation:</b> centre c with v rows behind it and Σx over the n rows of a batch that are nearest to it: c ← (v c + Σx)/(v + n), v ← v + n.</para>
/// <para><b>Shapes:</b> x <c>(N, D)</c> → labels <c>(N)</c> in 0 … clusters − 1. <b>Units:</b> those of x.</para>
/// <para><b>Source:</b> Sculley 2010, Web-scale k-means clustering; first centres by Arthur and Vassilvitskii 2007 (k-means++), the best of ten draws.
/// <b>Departs from the source:</b> it stops when ten batches in a row did not lower the smoothed error; clusters that lose their rows stay empty.</para>
/// </remarks>
internal static class MiniBatchKMeans
{
    private const int BatchRows = 1024, Starts = 10, Patience = 10, MostEpochs = 100;

    internal static long[] Labels(Tensor x, int clusters, Generator generator)
    {
        using var scope = TensorScope.Open();
        var N = x.Shape[0];
        var sample = x.IndexSelect(0, Tensor.RandPerm(N, generator).Narrow(0, 0, Math.Min(N, 3 * BatchRows)));
        var centres = Enumerable.Range(0, Starts).Select(_ => Spread(sample, clusters, generator)).MinBy(start => Nearest(sample, start).Error)!;
        var counts = Tensor.Zeros([clusters, 1], DType.Float64);
        var batchRows = Math.Min(N, BatchRows);
        var (smoothed, best, waiting) = (double.NaN, double.PositiveInfinity, 0);
        for (var step = 0L; step < MostEpochs * ((N + batchRows - 1) / batchRows) && waiting < Patience; step++)
        {
            using var one = TensorScope.Open();
            var batch = x.IndexSelect(0, Tensor.RandInt(0, N, [batchRows], generator));
            var (labels, error) = Nearest(batch, centres);
            var member = labels.OneHot(clusters).To(DType.Float64);
            var next = counts + member.Sum(0L).Unsqueeze(1);
            centres.CopyInPlace((centres * counts + member.T.Matmul(batch)) / next.Maximum(next.Scalar(1)) + centres * next.Eq(0).To(DType.Float64));
            counts.CopyInPlace(next);
            var weight = Math.Min(1, 2.0 * batchRows / (N + 1));
            smoothed = double.IsNaN(smoothed) ? error : smoothed + weight * (error - smoothed);
            (best, waiting) = smoothed < best ? (smoothed, 0) : (best, waiting + 1);
        }
        return Nearest(x, centres).Labels.ToArray<long>();
    }

    // k-means++: each further centre is a row drawn with a probability proportional to its squared distance from the nearest centre so far.
    private static Tensor Spread(Tensor x, int clusters, Generator generator)
    {
        var chosen = x.IndexSelect(0, Tensor.RandInt(0, x.Shape[0], [1], generator));
        var nearest = SquaredDistances.Between(x, chosen).Select(1, 0);
        while (chosen.Shape[0] < clusters)
        {
            // Where all rows lie on a centre already, any row will do.
            var weights = nearest.Sum().ToDouble() > 0 ? nearest : nearest + 1.0;
            var centre = x.IndexSelect(0, weights.Multinomial(1, generator));
            nearest = nearest.Minimum(SquaredDistances.Between(x, centre).Select(1, 0));
            chosen = Tensor.Cat(0, chosen, centre);
        }
        return chosen;
    }

    private static (Tensor Labels, double Error) Nearest(Tensor x, Tensor centres)
    {
        var squares = SquaredDistances.Between(x, centres);
        return (squares.Argmin(1), squares.Amin(1).Mean().ToDouble());
    }
}
