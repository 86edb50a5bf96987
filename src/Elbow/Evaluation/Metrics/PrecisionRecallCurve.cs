namespace Elbow.Evaluation.Metrics;

/// <summary>The trade between precision and recall of two discrete distributions.</summary>
/// <param name="Precision">α(λ) at each angle.</param>
/// <param name="Recall">β(λ) at each angle.</param>
/// <remarks>
/// <para><b>Equation:</b> α(λ) = Σ_c min(λ p_c, q_c), β(λ) = α(λ)/λ = Σ_c min(p_c, q_c/λ), λ = tan θ at evenly spaced θ between 0 and π/2, where p is
/// the reference and q what is judged. F_b = (1 + b²) α β/(b² α + β), the largest along the curve.</para>
/// <para><b>Shapes:</b> p, q <c>(C)</c> → two times <c>(angles)</c>. <b>Units:</b> none; all in [0, 1].</para>
/// <para><b>Source:</b> Sajjadi et al. 2018, arXiv 1806.00035, equations 3 and 4, algorithm 1 and section 4.1; angles keep 1e-10 from both ends as in its code.</para>
/// </remarks>
public sealed record PrecisionRecallCurve(double[] Precision, double[] Recall)
{
    /// <summary>Angles of the published protocol.</summary>
    public const int Angles = 1001;

    private const double FromEnds = 1e-10;

    /// <summary>The curve of two distributions over the same clusters.</summary>
    public static PrecisionRecallCurve Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> judged)
    {
        if (reference.Length != judged.Length) throw new ArgumentException($"judged: expected {reference.Length} clusters, got {judged.Length}", nameof(judged));
        var (precision, recall) = (new double[Angles], new double[Angles]);
        for (var n = 0; n < Angles; n++)
        {
            var slope = Math.Tan(FromEnds + n * (Math.PI / 2 - 2 * FromEnds) / (Angles - 1));
            for (var c = 0; c < reference.Length; c++) precision[n] += Math.Min(slope * reference[c], judged[c]);
            recall[n] = Math.Min(1, precision[n] / slope);
            precision[n] = Math.Min(1, precision[n]);
        }
        return new PrecisionRecallCurve(precision, recall);
    }

    /// <summary>The mean of several curves, angle by angle.</summary>
    public static PrecisionRecallCurve Mean(IReadOnlyList<PrecisionRecallCurve> curves) => new(
        [.. Enumerable.Range(0, Angles).Select(n => curves.Average(curve => curve.Precision[n]))],
        [.. Enumerable.Range(0, Angles).Select(n => curves.Average(curve => curve.Recall[n]))]);

    /// <summary>The largest F_b along the curve: b above 1 weighs recall, below 1 precision.</summary>
    public double F(double b) => Precision.Zip(Recall, (p, r) => b * b * p + r is > 0 and var sum ? (1 + b * b) * p * r / sum : 0).Max();
}
