using Elbow.Data;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Torch;

namespace Elbow.Explorer;

/// <summary>The rows that are shown: where the encoder puts them, what the model says of each, and how they look.</summary>
/// <param name="Numbers">Their numbers in the split.</param>
/// <param name="Mean">Means of the posteriors <c>(N, K)</c>, K the latents that the decoder sees.</param>
/// <param name="Sample">One sample of each <c>(N, K)</c>.</param>
/// <param name="LogVar">Log-variances of the posteriors <c>(N, K)</c>; null where they are no diagonal Gaussians.</param>
/// <param name="NoLogVar">Why they are null.</param>
/// <param name="Scores">By name, nats of each row at its sample: <c>reconstruction</c>, <c>kl</c>, <c>elbo</c>.</param>
/// <param name="Labels">Their classes.</param>
/// <param name="Images">Pictures <c>(N, height, width, channels)</c>; null for data that are none.</param>
internal sealed record ExplorerRows(
    int[] Numbers, float[] Mean, float[] Sample, float[]? LogVar, string? NoLogVar, IReadOnlyDictionary<string, List<double>> Scores, IReadOnlyList<LabelColumn> Labels, byte[]? Images)
{
    // Rows whose pictures are larger than this together would be slow to load in a browser.
    private const long MostNumbers = 1 << 25;
    private const int LeastRows = 100;

    /// <summary>Evenly spaced rows, as data often lie sorted by class.</summary>
    /// <param name="source">The model and its data.</param>
    /// <param name="most">N at most.</param>
    internal static ExplorerRows Of(ExplorerSource source, int most)
    {
        var N = source.Split.Count;
        var count = (int)Math.Min(Math.Min(most, N), Math.Max(LeastRows, MostNumbers / source.Split.Shape.Size));
        int[] numbers = [.. Enumerable.Range(0, count).Select(n => (int)((long)n * N / count))];
        return Of(source, numbers, new Subset(source.Split.AtEpoch(0), numbers));
    }

    private static ExplorerRows Of(ExplorerSource source, int[] numbers, Subset data)
    {
        var K = source.Model.DecodedLatents;
        var (mean, sample, logVar, scores) = (new float[numbers.Length * K], new float[numbers.Length * K], new float[numbers.Length * K], new Dictionary<string, List<double>>());
        var images = data.Shape.IsImage ? new byte[numbers.Length * data.Shape.Size] : null;
        using var generator = new Generator(source.Seed, source.Device);
        var (first, refusal) = (0, (string?)null);
        foreach (var batch in new Batches(data, new BatchOptions { Size = ArrayModel.RowsAtOnce, Shuffle = false }).Epoch(0, 0))
        {
            using var scope = TensorScope.Open();
            var values = batch.Values.AsSpan(0, batch.Count * data.Shape.Size);
            if (images is not null) Paint(values, data.Shape, source.PictureBounds, images.AsSpan(first * data.Shape.Size));
            var x = Tensor.From(values, [batch.Count, data.Shape.Size], source.Device);
            var qz_x = source.Model.Encode(x);
            var z = qz_x.Sample(generator);
            Keep(qz_x.Mean, mean);
            Keep(z, sample);
            refusal = Refusal(qz_x);
            if (qz_x is Normal normal) Keep(normal.LogVar.Expand(normal.Mean.Shape), logVar);
            Score(source, qz_x, z, x, scores);
            first += batch.Count;
        }
        return new ExplorerRows(numbers, mean, sample, refusal is null ? logVar : null, refusal, scores, data.Labels, images);

        void Keep(Tensor part, float[] whole) => part.Narrow(-1, 0, K).To(DType.Float32).Contiguous().CopyTo(whole.AsSpan(first * K, (int)part.Shape[0] * K));
    }

    private static string? Refusal(IDistribution qz_x) => qz_x switch
    {
        Normal => null,
        Point => "a deterministic encoder has no density",
        FullNormal => "the posteriors have full covariances, and q(z) is summed for diagonal ones",
        _ => "the latents lie in layers, whose posteriors depend on each other",
    };

    private static void Score(ExplorerSource source, IDistribution qz_x, Tensor z, Tensor x, Dictionary<string, List<double>> scores)
    {
        var reconstruction = ToDoubles(source.Model.Decode(z).LogProb(x));
        Add("reconstruction", reconstruction);
        if (qz_x is Point) return;
        var kl = ToDoubles(Kl.Given(qz_x, source.Model.Prior.Density(), z));
        Add("kl", kl);
        Add("elbo", [.. reconstruction.Zip(kl, (r, k) => r - k)]);

        void Add(string name, double[] values) => (scores.TryGetValue(name, out var column) ? column : scores[name] = []).AddRange(values);
    }

    // Data lie channel by channel, a picture's pixels hold their channels side by side.
    private static void Paint(ReadOnlySpan<float> values, DataShape shape, (double Low, double High) bounds, Span<byte> pixels)
    {
        var (area, C) = (shape.Height * shape.Width, shape.Channels);
        for (var i = 0; i < values.Length; i++)
        {
            var (picture, c, place) = (i / shape.Size, i % shape.Size / area, i % area);
            pixels[picture * shape.Size + place * C + c] = (byte)Math.Round(255 * Math.Clamp((values[i] - bounds.Low) / (bounds.High - bounds.Low), 0, 1));
        }
    }

    private static double[] ToDoubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
