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
        var mean = new float[Count(x, model.Data.Size) * LatentDim];
        float[]? logVar = null;
        Encode(x, mean, (qz_x, numbers) =>
        {
            if (Marginals.LogVar(qz_x) is { } piece) piece.CopyTo((logVar ??= new float[mean.Length]).AsSpan(numbers));
        });
        return new Codes(LatentDim, mean, logVar);
    }

    /// <summary>The means of q(z|x) into memory of the caller's. <c>x (N, D)</c> → <c>mean (N, L)</c>.</summary>
    public void Encode(ReadOnlySpan<float> x, Span<float> mean) => Encode(x, mean, (_, _) => { });

    private void Encode(ReadOnlySpan<float> x, Span<float> mean, Action<IDistribution, Range> look)
    {
        var count = Count(x, model.Data.Size);
        MustHold(mean, count, LatentDim);
        using var frozen = Autograd.NoGrad();
        foreach (var (first, rows) in Pieces(count))
        {
            using var scope = TensorScope.Open();
            var qz_x = model.Encode(Rows(x, first, rows, model.Data.Size));
            var numbers = (first * LatentDim)..((first + rows) * LatentDim);
            qz_x.Mean.CopyTo(mean[numbers]);
            look(qz_x, numbers);
        }
    }

    /// <summary>The mean of p(x|z). <c>z (N, L)</c> → <c>(N, D)</c>.</summary>
    public float[] Decode(ReadOnlySpan<float> z)
    {
        var x = new float[Count(z, LatentDim) * model.Data.Size];
        Decode(z, x);
        return x;
    }

    /// <summary>The same into memory of the caller's. <c>z (N, L)</c> → <c>x (N, D)</c>.</summary>
    public void Decode(ReadOnlySpan<float> z, Span<float> x) => Decode(z, x, px_z => px_z.Mean);

    /// <summary>A draw from p(x|z). <c>z (N, L)</c> → <c>(N, D)</c>.</summary>
    public float[] DrawData(ReadOnlySpan<float> z, ulong seed)
    {
        using var generator = new Generator(seed, device);
        var x = new float[Count(z, LatentDim) * model.Data.Size];
        Decode(z, x, px_z => px_z.Sample(generator));
        return x;
    }

    private void Decode(ReadOnlySpan<float> z, Span<float> x, Func<IDistribution, Tensor> look)
    {
        var count = Count(z, LatentDim);
        MustHold(x, count, model.Data.Size);
        using var frozen = Autograd.NoGrad();
        foreach (var (first, rows) in Pieces(count))
        {
            using var scope = TensorScope.Open();
            look(model.Decode(Rows(z, first, rows, LatentDim))).To(DType.Float32).CopyTo(x.Slice(first * model.Data.Size, rows * model.Data.Size));
        }
    }

    private Tensor Rows(ReadOnlySpan<float> values, int first, int rows, int size) =>
        Tensor.From(values.Slice(first * size, rows * size), [rows, size], device);

    private static int Count(ReadOnlySpan<float> values, int size) => !values.IsEmpty && values.Length % size == 0
        ? values.Length / size
        : throw new ArgumentException($"expected whole rows of {size} numbers, got {values.Length} numbers");

    private static void MustHold(Span<float> memory, int count, int size)
    {
        if (memory.Length != count * size) throw new ArgumentException($"expected memory for {count} rows of {size} numbers, got {memory.Length} numbers");
    }

    private static IEnumerable<(int First, int Rows)> Pieces(int count) =>
        Enumerable.Range(0, (count + RowsAtOnce - 1) / RowsAtOnce).Select(n => (n * RowsAtOnce, Math.Min(RowsAtOnce, count - n * RowsAtOnce)));
}
