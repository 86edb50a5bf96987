using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>A convolution into a small image as one matrix product for each of its places, for evaluation on the CPU.</summary>
/// <remarks>
/// <para>Equation: y(o, i, j) = b_o + Σ w(o, c, u, v) x(c, i·stride + u − padding, j·stride + v − padding) over the elements inside the image.</para>
/// <para>Shapes: <c>x (B, I, H, W)</c>, <c>weight (O, I, k, k)</c>, <c>bias (O)</c> → <c>(B, O, H', W')</c>, channels innermost.</para>
/// <para>Why: oneDNN enters its kernel anew for each row of each image, which at rows of 2 to 4 places costs a third of the time, and the products with
/// the zeros around a small image, 7 of 16 for a kernel of 4 over 4 × 4, need not be done. There this takes 0.5 to 0.65 of the time; from rows of 8 places on it loses.</para>
/// </remarks>
internal static class PlacewiseConvolution
{
    private const long MostPlacesInARow = 4, FewestChannels = 32;

    /// <summary>Whether this is the faster way, and one without gradients will do; a trace says convolution.</summary>
    internal static bool Suits(Tensor x, Tensor weight, long stride, long padding) =>
        !Autograd.IsRecording && !Trace.IsRecording && !x.Device.IsCuda && x.Shape[1] >= FewestChannels
        && Places(x.Shape[2], weight, stride, padding) is > 0 and <= MostPlacesInARow && Places(x.Shape[3], weight, stride, padding) is > 0 and <= MostPlacesInARow;

    /// <summary>The convolution.</summary>
    internal static Tensor Forward(Tensor x, Tensor weight, Tensor bias, long stride, long padding)
    {
        using var scope = TensorScope.Open();
        var (B, O, kernel) = (x.Shape[0], weight.Shape[0], weight.Shape[2]);
        var (height, width) = (Places(x.Shape[2], weight, stride, padding), Places(x.Shape[3], weight, stride, padding));
        var (images, kernels) = (x.Permute(0, 2, 3, 1), weight.Permute(0, 2, 3, 1));
        // Windows that are cut off alike see the same part of the kernel.
        var parts = new Dictionary<(Window, Window), Tensor>();
        var places = new List<Tensor>();
        for (var i = 0L; i < height; i++)
        {
            for (var j = 0L; j < width; j++)
            {
                var (rows, columns) = (Window.At(i, stride, padding, kernel, x.Shape[2]), Window.At(j, stride, padding, kernel, x.Shape[3]));
                var shape = (rows with { Start = 0 }, columns with { Start = 0 });
                if (!parts.TryGetValue(shape, out var part)) parts[shape] = part = kernels.Narrow(1, rows.Skipped, rows.Length).Narrow(2, columns.Skipped, columns.Length).Reshape(O, -1);
                using var window = TensorScope.Open();
                places.Add(window.Keep(images.Narrow(1, rows.Start, rows.Length).Narrow(2, columns.Start, columns.Length).Reshape(B, -1).Linear(part, bias)));
            }
        }
        return scope.Keep(Tensor.Stack(1, [.. places]).Reshape(B, height, width, O).Permute(0, 3, 1, 2));
    }

    private static long Places(long side, Tensor weight, long stride, long padding) => (side + 2 * padding - weight.Shape[2]) / stride + 1;

    /// <summary>Where a kernel lies on the image along one side: from <paramref name="Start"/> on, without its first <paramref name="Skipped"/> elements.</summary>
    private readonly record struct Window(long Start, long Skipped, long Length)
    {
        internal static Window At(long place, long stride, long padding, long kernel, long side)
        {
            var first = place * stride - padding;
            var start = Math.Max(0, first);
            return new(start, start - first, Math.Min(side, first + kernel) - start);
        }
    }
}
