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
    /// <summary>
    /// Hidden convolutions: normal with variance 2/fan-in, cut at two standard deviations and widened again to that variance; dense layers and
    /// the convolution that makes the data: Glorot uniform; zero biases. What Keras makes of he_normal beside its defaults.
    /// </summary>
    HeGlorot,
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

    /// <summary>The mean of the training data <c>(D)</c>, for networks that start from it.</summary>
    public Func<Tensor> DataMean { get; init; } = () => throw new InvalidOperationException("there are no training data whose mean could be taken");

    /// <summary>The same source for a layer that makes the data: no nonlinearity of the rectified kind follows it.</summary>
    public Init ForOutput => kind == InitKind.HeGlorot ? new Init(generator, device, type, InitKind.XavierUniform) : this;

    /// <summary>A dense weight with the given fans.</summary>
    public Tensor Weight(ReadOnlySpan<long> shape, long fanIn, long fanOut)
    {
        using var scope = TensorScope.Open();
        var weight = kind switch
        {
            InitKind.HeNormal => Tensor.Randn(shape, generator, type) * Math.Sqrt(2.0 / fanIn),
            InitKind.XavierUniform or InitKind.HeGlorot => Symmetric(shape, Math.Sqrt(6.0 / (fanIn + fanOut))),
            _ => Symmetric(shape, 1 / Math.Sqrt(fanIn)),
        };
        return scope.Keep(weight.To(device));
    }

    /// <summary>A convolution's weight, laid channels-innermost: the layout of the kernel decides that of the images, and oneDNN computes this one about twice as fast.</summary>
    public Tensor Kernel(ReadOnlySpan<long> shape, long fanIn, long fanOut)
    {
        using var scope = TensorScope.Open();
        var kernel = kind == InitKind.HeGlorot ? (CutNormal(shape) * Math.Sqrt(2.0 / fanIn)).To(device) : Weight(shape, fanIn, fanOut);
        return scope.Keep(kernel.Contiguous(MemoryFormat.ChannelsLast));
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

    // N(0, 1) between −2 and 2 by the inverse of its distribution function, divided by what the cut leaves of its standard deviation.
    private Tensor CutNormal(ReadOnlySpan<long> shape)
    {
        const double inside = 0.954499736103642, left = 0.879625661034240;
        return (Tensor.Rand(shape, generator, type) * (2 * inside) - inside).Erfinv() * (Math.Sqrt(2) / left);
    }

    private Tensor Symmetric(ReadOnlySpan<long> shape, double bound) => Tensor.Rand(shape, generator, type) * (2 * bound) - bound;
}
