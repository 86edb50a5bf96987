using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Transposed two-dimensional convolution, square kernel: the mirror of <see cref="Conv2d"/>.</summary>
/// <remarks>Shapes: <c>(B, I, H, W)</c> → <c>(B, O, H', W')</c> with H' = (H − 1)·stride − 2·padding + kernel + outputPadding.Height, and W'
/// alike.</remarks>
public sealed class ConvTranspose2d : Module, ILayer
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly long stride;
    private readonly long padding;
    private readonly (long Height, long Width) outputPadding;

    /// <summary>A transposed convolution; the fan-in is that of PyTorch's default, outputs × kernel².</summary>
    public ConvTranspose2d(long inputs, long outputs, long kernel, long stride, long padding, (long Height, long Width) outputPadding, Init init)
    {
        ArgumentNullException.ThrowIfNull(init);
        weight = Parameter("weight", init.Kernel([inputs, outputs, kernel, kernel], outputs * kernel * kernel, inputs * kernel * kernel));
        bias = Parameter("bias", init.Bias(outputs, outputs * kernel * kernel));
        (this.stride, this.padding, this.outputPadding) = (stride, padding, outputPadding);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x.ConvTranspose2d(weight, bias, stride, padding, outputPadding);
}
