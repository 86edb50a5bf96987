namespace Elbow.Evaluation.Metrics;

/// <summary>Standard error and leading bias of any statistic of independent rows, from leaving out one block of them after the other.</summary>
/// <param name="StandardError">√((B − 1)/B Σ_b (θ₍b₎ − θ̄)²).</param>
/// <param name="Corrected">Bθ − (B − 1)θ̄: without the part of the bias that is proportional to 1/n; the standard error is the same.</param>
/// <remarks>
/// <para><b>Equation:</b> θ₍b₎ is the statistic without block b, θ̄ the mean of the θ₍b₎.</para>
/// <para><b>Biased when:</b> the statistic is not smooth, or its first-order term vanishes, as that of a distance does between equal
/// distributions: what is quadratic in the deviations of the rows is counted twice, and the standard error is too large by up to √2.</para>
/// <para><b>Source:</b> Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11; blocks in place of single rows for their cost.</para>
/// </remarks>
internal readonly record struct Jackknife(double StandardError, double Corrected)
{
    /// <summary>B.</summary>
    internal const int Blocks = 10;

    /// <summary>From the statistic of all rows and those without one block each.</summary>
    internal static Jackknife Of(double whole, IReadOnlyList<double> without)
    {
        var (B, mean) = (without.Count, without.Average());
        var spread = without.Sum(value => (value - mean) * (value - mean));
        return new Jackknife(Math.Sqrt((B - 1.0) / B * spread), B * whole - (B - 1) * mean);
    }
}
