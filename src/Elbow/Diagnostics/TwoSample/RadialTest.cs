using Elbow.Distributions;

namespace Elbow.Diagnostics;

/// <summary>Whether codes lie as far from the middle as those of a Gaussian prior: there ‖z‖² is χ² with L degrees of freedom.</summary>
/// <remarks>
/// <para><b>Equation:</b> D = sup |F̂(r) − F(r)|, r_i = Σ_j (z_ij − m_j)²/s_j² and F the distribution function of χ²_L, under p(z) = N(m, diag s²).
/// p-value: 2 Σ_k (−1)^(k−1) exp(−2k²λ²) with λ = (√n + 0.12 + 0.11/√n) D.</para>
/// <para><b>Shapes:</b> z <c>(n, L)</c> → one number in [0, 1]. <b>Units:</b> none. <b>Biased when:</b> D of a true Gaussian is about 0.87/√n, not 0. The
/// p-value holds to about 0.01 from n = 20 on. Blind to directions. Not defined for other priors.</para>
/// <para><b>Source:</b> Kolmogorov 1933; the finite-n factor: Stephens 1970, JRSS B 32.</para>
/// </remarks>
public static class RadialTest
{
    // Mean and standard deviation of sup of a Brownian bridge: √(π/2) ln 2 and √(π²/12 − mean²).
    private static readonly double LimitMean = Math.Sqrt(Math.PI / 2) * Math.Log(2);
    private static readonly double LimitDeviation = Math.Sqrt(Math.PI * Math.PI / 12 - LimitMean * LimitMean);

    /// <summary>Tests a sample of q against N(0, I), or against a Gaussian with independent latents.</summary>
    /// <param name="fromQ">z <c>(n, L)</c>, row by row, independent draws.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="mean">m; zeros when left out.</param>
    /// <param name="deviation">s; ones when left out.</param>
    public static TwoSampleResult Run(ReadOnlySpan<double> fromQ, int latentDim, ReadOnlySpan<double> mean = default, ReadOnlySpan<double> deviation = default) =>
        OfSquares(Squares(fromQ, latentDim, mean, deviation), latentDim);

    /// <summary>r_i of each point; under the prior their mean is L.</summary>
    /// <inheritdoc cref="Run"/>
    public static double[] Squares(ReadOnlySpan<double> fromQ, int latentDim, ReadOnlySpan<double> mean = default, ReadOnlySpan<double> deviation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentDim, 1);
        if (fromQ.IsEmpty || fromQ.Length % latentDim != 0) throw new ArgumentException($"{fromQ.Length} numbers are no points of {latentDim} coordinates", nameof(fromQ));
        if ((!mean.IsEmpty && mean.Length != latentDim) || (!deviation.IsEmpty && deviation.Length != latentDim)) throw new ArgumentException($"mean and deviation must have {latentDim} numbers");
        var squares = new double[fromQ.Length / latentDim];
        for (var i = 0; i < fromQ.Length; i++)
        {
            var j = i % latentDim;
            var scaled = (fromQ[i] - (mean.IsEmpty ? 0 : mean[j])) / (deviation.IsEmpty ? 1 : deviation[j]);
            squares[i / latentDim] += scaled * scaled;
        }
        return squares;
    }

    /// <summary>The same from squared distances that are known already.</summary>
    public static TwoSampleResult OfSquares(ReadOnlySpan<double> squares, int latentDim)
    {
        var sorted = squares.ToArray();
        Array.Sort(sorted);
        var (n, distance) = (sorted.Length, 0.0);
        for (var i = 0; i < n; i++)
        {
            if (!double.IsFinite(sorted[i])) throw new ArgumentException($"a squared distance is {sorted[i]}", nameof(squares));
            var below = ChiSquared.Tails(sorted[i], latentDim).Below;
            distance = Math.Max(distance, Math.Max(below - (double)i / n, (i + 1.0) / n - below));
        }
        var factor = Math.Sqrt(n) + 0.12 + 0.11 / Math.Sqrt(n);
        return new TwoSampleResult("radial chi-squared", distance, LimitMean / factor, LimitDeviation / factor, Tail(factor * distance), n, 0,
            $"whether squared distances from the prior's mean follow chi-squared with {latentDim} degrees of freedom");
    }

    // P(sup of a Brownian bridge > λ); below 0.27 it is 1 to ten digits, where the series would need many terms.
    private static double Tail(double lambda)
    {
        if (lambda < 0.27) return 1;
        var (sum, sign) = (0.0, 1.0);
        for (var k = 1; k <= 100; k++, sign = -sign) sum += sign * Math.Exp(-2.0 * k * k * lambda * lambda);
        return Math.Clamp(2 * sum, 0, 1);
    }
}
