using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>x + f(x), where f is normalise, activate, convolve 3×3, twice (pre-activation block of He et al. 2016, arXiv 1603.05027).</summary>
/// <remarks>Shapes: <c>(B, C, H, W)</c>, unchanged.</remarks>
public sealed class Residual : Module, ILayer
{
    private readonly Sequential inner;

    /// <summary>A block that keeps the number of channels.</summary>
    public Residual(long channels, NormKind norm, ActivationKind activation, Init init, double normMomentum = Normalisation.DefaultMomentum, double normEpsilon = Normalisation.DefaultEpsilon)
    {
        IEnumerable<ILayer> Half()
        {
            if (norm != NormKind.None) yield return new Normalisation(norm, channels, init, normMomentum, normEpsilon);
            yield return new Activation(activation);
            yield return new Conv2d(channels, channels, kernel: 3, stride: 1, padding: 1, init);
        }
        inner = Child("inner", new Sequential([.. Half(), .. Half()]));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x + inner.Forward(x);
}
