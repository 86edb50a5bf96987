using Elbow.Experiments.TensorBoard.Wire;

namespace Elbow.Experiments.TensorBoard;

/// <summary>Counts values into 30 buckets of equal width between their extremes. Non-finite values are left out.</summary>
internal static class Histogram
{
    private const int Buckets = 30;

    /// <summary>The histogram, or null when no value is finite.</summary>
    public static HistogramProto? Of(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length == 0)
        {
            return null;
        }

        var (min, max) = (finite.Min(), finite.Max());
        // All values equal: one bucket around them keeps the limits increasing, as TensorBoard demands.
        var width = max > min ? (max - min) / Buckets : Math.Max(Math.Abs(min), 1) * 1e-6;
        var buckets = max > min ? Buckets : 1;
        var counts = new double[buckets];
        foreach (var value in finite)
        {
            counts[Math.Clamp((int)((value - min) / width), 0, buckets - 1)]++;
        }

        return new HistogramProto
        {
            Min = min,
            Max = max,
            Num = finite.Length,
            Sum = finite.Sum(),
            SumSquares = finite.Sum(v => v * v),
            BucketLimit = { Enumerable.Range(1, buckets).Select(i => i == buckets && max > min ? max : min + (i * width)) },
            Bucket = { counts },
        };
    }
}
