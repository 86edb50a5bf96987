using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>The plane through the mean of many points in which they spread most: how more than two latents fit on a page.</summary>
/// <param name="Points">Coordinates in the plane, <c>(N, 2)</c> row by row.</param>
/// <param name="First">Share of the whole variance along the first axis.</param>
/// <param name="Second">Share along the second.</param>
/// <remarks>
/// <para><b>Equation:</b> y = Vᵀ(z − z̄), V the eigenvectors of the sample covariance with the two largest eigenvalues λ; shares λ/Σλ.</para>
/// <para>The sign of an axis is free; here its largest loading is positive, so that a picture is the same each time.</para>
/// </remarks>
public sealed record PrincipalPlane(float[] Points, double First, double Second)
{
    /// <summary>Projects points <c>(N, L)</c>, L ≥ 2.</summary>
    public static PrincipalPlane Of(ReadOnlySpan<float> points, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 2);
        using var scope = TensorScope.Open();
        var N = points.Length / dimensions;
        var z = Tensor.From(points, [N, dimensions]).To(DType.Float64);
        var centred = z - z.Mean(0L);
        var (values, vectors) = (centred.T.Matmul(centred) / Math.Max(1, N - 1)).Eigh();
        // Ascending: the last two columns, the largest first.
        var axes = vectors.Narrow(1, dimensions - 2, 2).Flip(1);
        var largest = axes.Gather(0, axes.Abs().Argmax(0).Unsqueeze(0));
        var plane = centred.Matmul(axes * largest.Sign());
        var (shares, total) = (values.ToArray<double>(), values.Sum().ToDouble());
        return new PrincipalPlane(plane.To(DType.Float32).ToArray<float>(), total > 0 ? shares[^1] / total : 0, total > 0 ? shares[^2] / total : 0);
    }
}
