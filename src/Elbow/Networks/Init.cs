using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>How weights start.</summary>
public enum InitKind
{
    /// <summary>Uniform on ±1/√fan-in for weights and biases: PyTorch's default for dense and convolutional layers.</summary>
    Uniform,
    /// <summary>N(0, 2/fan-in), zero biases (He et al. 2015).</summary>
    HeNormal,
    /// <summary>Uniform on ±√(6/(fan-in + fan-out)), zero biases (Glorot and Bengio 2010).</summary>
    XavierUniform,
}

/// <summary>Makes first weights: drawn on the CPU from one generator, so that a seed means the same on every device.</summary>
/// <param name="generator">The source of randomness, on the CPU.</param>
/// <param name="device">Where the parameters live.</param>
/// <param name="type">Element type.</param>
/// <param name="kind">The law of the weights.</param>
public sealed class Init(Generator generator, Device device, DType type = DType.Float32, InitKind kind = InitKind.Uniform)
{
    /// <summary>Element type of the parameters.</summary>
    public DType DType => type;

    /// <summary>Where the parameters live.</summary>
    public Device Device => device;

    /// <summary>A weight with the given fans.</summary>
    public Tensor Weight(ReadOnlySpan<long> shape, long fanIn, long fanOut)
    {
        using var scope = TensorScope.Open();
        var weight = kind switch
        {
            InitKind.HeNormal => Tensor.Randn(shape, generator, type) * Math.Sqrt(2.0 / fanIn),
            InitKind.XavierUniform => Symmetric(shape, Math.Sqrt(6.0 / (fanIn + fanOut))),
            _ => Symmetric(shape, 1 / Math.Sqrt(fanIn)),
        };
        return scope.Keep(weight.To(device));
    }

    /// <summary>A convolution's weight, laid channels-innermost: the layout of the kernel decides that of the images, and oneDNN computes this one about twice as fast.</summary>
    public Tensor Kernel(ReadOnlySpan<long> shape, long fanIn, long fanOut)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Weight(shape, fanIn, fanOut).Contiguous(MemoryFormat.ChannelsLast));
    }

    /// <summary>A bias for a layer with the given fan-in.</summary>
    public Tensor Bias(long size, long fanIn)
    {
        using var scope = TensorScope.Open();
        return scope.Keep((kind == InitKind.Uniform ? Symmetric([size], 1 / Math.Sqrt(fanIn)) : Tensor.Zeros([size], type)).To(device));
    }

    /// <summary>A tensor filled with one value.</summary>
    public Tensor Constant(double value, params ReadOnlySpan<long> shape) => Tensor.Full(value, shape, type, device);

    /// <summary>Draws from N(mean, std²).</summary>
    public Tensor Normal(double mean, double std, params ReadOnlySpan<long> shape)
    {
        using var scope = TensorScope.Open();
        return scope.Keep((mean + std * Tensor.Randn(shape, generator, type)).To(device));
    }

    /// <summary>Draws from the uniform distribution between two numbers.</summary>
    public Tensor Uniform(double low, double high, params ReadOnlySpan<long> shape)
    {
        using var scope = TensorScope.Open();
        return scope.Keep((low + (high - low) * Tensor.Rand(shape, generator, type)).To(device));
    }

    private Tensor Symmetric(ReadOnlySpan<long> shape, double bound) => Tensor.Rand(shape, generator, type) * (2 * bound) - bound;
}
