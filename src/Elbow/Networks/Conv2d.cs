using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Two-dimensional convolution, square kernel.</summary>
/// <remarks>Shapes: <c>(B, I, H, W)</c> → <c>(B, O, H', W')</c> with H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1.</remarks>
public sealed class Conv2d : Module, ILayer
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly long stride;
    private readonly long padding;

    /// <summary>A convolution.</summary>
    public Conv2d(long inputs, long outputs, long kernel, long stride, long padding, Init init)
    {
        ArgumentNullException.ThrowIfNull(init);
        weight = Parameter("weight", init.Kernel([outputs, inputs, kernel, kernel], inputs * kernel * kernel, outputs * kernel * kernel));
        bias = Parameter("bias", init.Bias(outputs, inputs * kernel * kernel));
        (this.stride, this.padding) = (stride, padding);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x.Conv2d(weight, bias, stride, padding);

    /// <summary>This and a normalisation by running statistics, as one convolution: its weights scaled, its bias shifted.</summary>
    internal Tensor Forward(Tensor x, Normalisation then)
    {
        var (scale, shift) = then.Affine();
        return x.Conv2d(weight * scale.Reshape(-1, 1, 1, 1), bias * scale + shift, stride, padding);
    }
}
