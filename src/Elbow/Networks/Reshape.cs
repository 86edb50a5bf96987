using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Gives each example another shape, keeping the number of examples.</summary>
public sealed class Reshape(params long[] shape) : ILayer
{
    private readonly long[] sizes = [-1, .. shape];

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x.Reshape(sizes);
}

/// <summary>Lays the elements of images channels-innermost, in which oneDNN convolves about twice as fast.</summary>
public sealed class ChannelsLast : ILayer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x.Contiguous(MemoryFormat.ChannelsLast);
}

/// <summary>Puts zeros around images, or cuts a border off where a number is negative.</summary>
/// <remarks>Shapes: <c>(B, C, H, W)</c> → <c>(B, C, H + top + bottom, W + left + right)</c>.</remarks>
public sealed class Border(long top, long bottom, long left, long right) : ILayer
{
    private readonly long[] sizes = [left, right, top, bottom];

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x.Pad(sizes);
}

/// <summary>2x − 1: data from 0 to 1 around zero.</summary>
public sealed class Centre : ILayer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => 2 * x - 1;
}
