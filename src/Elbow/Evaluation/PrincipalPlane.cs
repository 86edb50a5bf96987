namespace Elbow.Evaluation;

/// <summary>The plane through the mean of many points in which they spread most: how more than two latents fit on a page.</summary>
/// <param name="Points">Coordinates in the plane, <c>(N, 2)</c> row by row.</param>
/// <param name="First">Share of the whole variance along the first axis.</param>
/// <param name="Second">Share along the second.</param>
/// <remarks><b>Equation:</b> y = Vᵀ(z − z̄), V the first two <see cref="PrincipalAxes"/>; shares λ/Σλ.</remarks>
public sealed record PrincipalPlane(float[] Points, double First, double Second)
{
    /// <summary>Projects points <c>(N, L)</c>, L ≥ 2.</summary>
    public static PrincipalPlane Of(ReadOnlySpan<float> points, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 2);
        var axes = PrincipalAxes.Of(points, dimensions);
        var plane = new float[points.Length / dimensions * 2];
        for (var i = 0; i < plane.Length; i++)
        {
            var z = points.Slice(i / 2 * dimensions, dimensions);
            var (axis, y) = (i % 2 * dimensions, 0.0);
            for (var j = 0; j < dimensions; j++) y += axes.Axes[axis + j] * (z[j] - axes.Centre[j]);
            plane[i] = (float)y;
        }
        var total = axes.Variances.Sum();
        return new PrincipalPlane(plane, total > 0 ? axes.Variances[0] / total : 0, total > 0 ? axes.Variances[1] / total : 0);
    }
}
