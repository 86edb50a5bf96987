using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>An invertible, differentiable map of vectors z ↔ u with a known volume change.</summary>
public interface IBijection
{
    /// <summary>u = f(z), and log |det ∂f/∂z|. <c>z (…, L)</c> → <c>u (…, L)</c>, <c>(…)</c>: one number for each vector, never one for each coordinate.</summary>
    (Tensor U, Tensor LogDet) Forward(Tensor z);

    /// <summary>z = f⁻¹(u). <c>(…, L)</c> → <c>(…, L)</c>.</summary>
    Tensor Inverse(Tensor u);
}
