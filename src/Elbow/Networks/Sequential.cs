using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Layers one after another; parameters are named by position.</summary>
public sealed class Sequential : Module, ILayer
{
    private readonly ILayer[] layers;

    /// <summary>A chain of layers.</summary>
    public Sequential(params IEnumerable<ILayer> layers)
    {
        this.layers = [.. layers];
        var place = 0;
        for (var k = 0; k < this.layers.Length; k++)
        {
            Child($"{k}", this.layers[k], $"{place}");
            if (this.layers[k] is not ChannelsLast) place++;
        }
    }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<ILayer> Layers => layers;

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        for (var k = 0; k < layers.Length; k++)
        {
            // By running statistics a normalisation is an affine map, which the convolution before it can do in the same pass.
            if (layers[k] is Conv2d convolution && k + 1 < layers.Length && layers[k + 1] is Normalisation { IsAffine: true } then)
            {
                x = convolution.Forward(x, then);
                k++;
            }
            // The gradients of a convolution and of a normalisation need their input, never their result: the ReLU behind it may overwrite that,
            // which saves an image-sized tensor.
            else if (k > 0 && layers[k] is Activation { Kind: ActivationKind.Relu } && layers[k - 1] is (Conv2d or ConvTranspose2d or Normalisation)) x.ReluInPlace();
            else x = layers[k].Forward(x);
        }
        return x;
    }
}
