using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>The directions in which points spread, the widest first.</summary>
/// <param name="Centre">z̄ <c>(L)</c>.</param>
/// <param name="Axes">Unit vectors <c>(L, L)</c>, one a row.</param>
/// <param name="Variances">The sample variance along each, <c>(L)</c>, descending.</param>
/// <remarks>
/// <para><b>Equation:</b> S v_k = λ_k v_k, S = Σ_n (z_n − z̄)(z_n − z̄)ᵀ/(N − 1), λ_1 ≥ λ_2 ≥ …; in float64.</para>
/// <para>The sign of an axis is free; here its largest loading is positive, so that a picture is the same each time.</para>
/// </remarks>
public sealed record PrincipalAxes(double[] Centre, double[] Axes, double[] Variances)
{
    /// <summary>Of points <c>(N, L)</c>.</summary>
    public static PrincipalAxes Of(ReadOnlySpan<float> points, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        using var scope = TensorScope.Open();
        var N = points.Length / dimensions;
        var z = Tensor.From(points, [N, dimensions]).To(DType.Float64);
        var centre = z.Mean(0L);
        var centred = z - centre;
        // Eigenvalues come in ascending order, their vectors in columns; rounding may take a little from a variance of zero.
        var (values, vectors) = (centred.T.Matmul(centred) / Math.Max(1, N - 1)).Eigh();
        var axes = vectors.Flip(1);
        var largest = axes.Gather(0, axes.Abs().Argmax(0).Unsqueeze(0));
        return new PrincipalAxes(
            centre.ToArray<double>(), (axes * largest.Sign()).T.Contiguous().ToArray<double>(), Array.ConvertAll(values.Flip(0).ToArray<double>(), value => Math.Max(0, value)));
    }
}
