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
