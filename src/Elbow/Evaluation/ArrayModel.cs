using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>A trained model for callers without tensors: arrays in, arrays out, rows one after the other, in pieces that fit into memory.</summary>
/// <param name="model">In evaluation mode.</param>
/// <param name="device">Where it lives.</param>
/// <param name="samplingDensity">What new data are decoded from; null for the prior.</param>
public sealed class ArrayModel(LatentVariableModel model, Device device, Func<IDistribution>? samplingDensity = null)
{
    /// <summary>Rows that pass through a network at once.</summary>
    public const int RowsAtOnce = 1024;

    /// <summary>L.</summary>
    public int LatentDim => model.LatentDim;

    /// <summary>The mean of what new data are decoded from, L numbers: the middle of latent space.</summary>
    public float[] PriorMean()
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return Density().Mean.ToArray<float>();
    }

    /// <summary>Draws what new data are decoded from. → <c>(count, L)</c>.</summary>
    public float[] DrawPrior(int count, ulong seed)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator(seed, device);
        return Density().Sample(generator, count).ToArray<float>();
    }

    private IDistribution Density() => samplingDensity?.Invoke() ?? model.Prior.Density();

    /// <summary>q(z|x). <c>x (N, D)</c> → means and log-variances <c>(N, L)</c>.</summary>
    public Codes Encode(ReadOnlySpan<float> x)
    {
        using var frozen = Autograd.NoGrad();
        var parts = new List<Codes>();
        foreach (var (first, rows) in Pieces(x, model.Data.Size))
        {
            using var scope = TensorScope.Open();
            var qz_x = model.Encode(Rows(x, first, rows, model.Data.Size));
            parts.Add(new Codes(LatentDim, qz_x.Mean.ToArray<float>(), Marginals.LogVar(qz_x)?.ToArray<float>()));
        }
        return Codes.Join(parts);
    }

    /// <summary>The mean of p(x|z). <c>z (N, L)</c> → <c>(N, D)</c>.</summary>
    public float[] Decode(ReadOnlySpan<float> z) => Decode(z, px_z => px_z.Mean);

    /// <summary>A draw from p(x|z). <c>z (N, L)</c> → <c>(N, D)</c>.</summary>
    public float[] DrawData(ReadOnlySpan<float> z, ulong seed)
    {
        using var generator = new Generator(seed, device);
        return Decode(z, px_z => px_z.Sample(generator));
    }

    private float[] Decode(ReadOnlySpan<float> z, Func<IDistribution, Tensor> look)
    {
        using var frozen = Autograd.NoGrad();
        var x = new float[z.Length / LatentDim * model.Data.Size];
        foreach (var (first, rows) in Pieces(z, LatentDim))
        {
            using var scope = TensorScope.Open();
            look(model.Decode(Rows(z, first, rows, LatentDim))).To(DType.Float32).CopyTo(x.AsSpan(first * model.Data.Size, rows * model.Data.Size));
        }
        return x;
    }

    private Tensor Rows(ReadOnlySpan<float> values, int first, int rows, int size) =>
        Tensor.From(values.Slice(first * size, rows * size), [rows, size], device);

    private static List<(int First, int Rows)> Pieces(ReadOnlySpan<float> values, int size)
    {
        if (values.IsEmpty || values.Length % size != 0) throw new ArgumentException($"expected whole rows of {size} numbers, got {values.Length} numbers");
        var count = values.Length / size;
        return [.. Enumerable.Range(0, (count + RowsAtOnce - 1) / RowsAtOnce).Select(n => (n * RowsAtOnce, Math.Min(RowsAtOnce, count - n * RowsAtOnce)))];
    }
}
