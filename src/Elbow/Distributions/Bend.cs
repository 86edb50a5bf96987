using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Bends the first coordinate into the second: a Gaussian behind it is banana-shaped.</summary>
/// <remarks>
/// <para>Equation: f(z) = (z₁, z₂ − c (z₁² − 1), z₃, …); its determinant is 1, so entropies do not change.</para>
/// <para>Shapes: <c>(…, L)</c>, L at least 2.</para>
/// </remarks>
/// <param name="curvature">c.</param>
public sealed class Bend(double curvature) : IBijection
{
    /// <inheritdoc/>
    public (Tensor U, Tensor LogDet) Forward(Tensor z)
    {
        var u = Shift(z, -curvature);
        return (u, z.Select(-1, 0).ZerosLike());
    }

    /// <inheritdoc/>
    public Tensor Inverse(Tensor u) => Shift(u, curvature);

    private static Tensor Shift(Tensor z, double c)
    {
        ArgumentNullException.ThrowIfNull(z);
        var L = z.Shape[-1];
        var first = z.Narrow(-1, 0, 1);
        var second = z.Narrow(-1, 1, 1) + c * (first.Square() - 1);
        return L == 2 ? Tensor.Cat(-1, first, second) : Tensor.Cat(-1, first, second, z.Narrow(-1, 2, L - 2));
    }
}
