namespace Elbow.Distributions;

/// <summary>The pieces on which the quantile functions of two samples on the line are both constant: what an optimal transport between them moves.</summary>
/// <remarks>
/// Equation: ∫₀¹ h(F⁻¹(u), G⁻¹(u)) du = Σ_s mass_s h(x_(i_s), y_(j_s)) / (N·M), x_(i) and y_(j) in ascending order; masses in units of 1/(N·M) are whole
/// numbers, so that both samples run out together. With N = M piece s is row s of both.
/// </remarks>
/// <param name="OfX">i_s, from 0.</param>
/// <param name="OfY">j_s.</param>
/// <param name="Mass">mass_s.</param>
internal sealed record QuantileSteps(long[] OfX, long[] OfY, double[] Mass)
{
    /// <summary>For N and M points.</summary>
    internal static QuantileSteps Of(long N, long M)
    {
        var (ofX, ofY, mass) = (new List<long>(), new List<long>(), new List<double>());
        var (i, j, leftOfX, leftOfY) = (0L, 0L, M, N);
        while (i < N)
        {
            var moved = Math.Min(leftOfX, leftOfY);
            ofX.Add(i);
            ofY.Add(j);
            mass.Add(moved);
            if ((leftOfX -= moved) == 0) (i, leftOfX) = (i + 1, M);
            if ((leftOfY -= moved) == 0) (j, leftOfY) = (j + 1, N);
        }
        return new QuantileSteps([.. ofX], [.. ofY], [.. mass]);
    }
}
