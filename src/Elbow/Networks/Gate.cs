using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>y = φ(h) ⊙ sigmoid(g), h and g the halves of the input: the second half of a gated dense layer.</summary>
/// <remarks>
/// Shapes: <c>(…, 2O)</c> → <c>(…, O)</c>. With φ the identity, after one affine map to 2O, this is the layer of Tomczak and Welling 2018,
/// arXiv 1705.07120: both maps linear, one product instead of two.
/// </remarks>
/// <param name="kind">φ.</param>
public sealed class Gate(ActivationKind kind) : ILayer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (h, g) = x.Halves(-1);
        return Activation.Apply(kind, h) * g.Sigmoid();
    }
}
