using Elbow.Distributions;

namespace Elbow.Diagnostics;

/// <summary>How far the Gaussian with the codes' mean and covariance is from N(0, I).</summary>
/// <remarks>
/// <para><b>Equation:</b> KL = ½(tr Σ̂ + μ̂ᵀμ̂ − L − ln det Σ̂), μ̂ and Σ̂ (over n − 1) of n codes. Corrected: minus ½(tr Σ̂/n − c) with
/// c = Σ_{j=1..L} ψ((n − j)/2) + L ln(2/(n − 1)) = E ln det Σ̂ − ln det Σ, and E μ̂ᵀμ̂ = μᵀμ + tr Σ/n.</para>
/// <para><b>Shapes:</b> <c>(n, L)</c>, n &gt; L + 1 → one number each. <b>Units:</b> nats. <b>Biased when:</b> raw: always high, by L(L + 3)/4n and more for Gaussian
/// codes. Corrected: never for Gaussian codes of any mean and covariance; it may then be negative. Both measure two moments only: codes with the right mean and
/// covariance score 0 whatever their shape.</para>
/// <para><b>Standard error:</b> for Gaussian codes, with a = 1 − 1/n: 4 se² = 2a² tr Σ²/(n − 1) + 4 μᵀΣμ/n + 2 tr Σ²/n² + Σ_j ψ′((n − j)/2) − 4a tr Σ/(n − 1).</para>
/// <para><b>Special cases:</b> n codes of N(0, I) have raw KL ½(L/n − c) in expectation. Codes of a perfect AVAE are N(0, α²I): at
/// α² &lt; 1 their KL is ½L(α² − 1 − ln α²) and not 0; give α to divide them by it first.</para>
/// <para><b>Source:</b> Saha, Joshi and Whitaker, arXiv 2311.07693, IV-B2, where the correction is not given (methods/avae.md 6; 7 item 14): ours, from the
/// moments of a Wishart matrix (Muirhead 1982, theorem 3.2.15).</para>
/// </remarks>
/// <param name="Raw">KL as it stands.</param>
/// <param name="Corrected">Without the bias that n codes have.</param>
/// <param name="Codes">n.</param>
/// <param name="Alpha">What the codes were divided by.</param>
public sealed record GaussianFit(double Raw, Estimate Corrected, int Codes, double Alpha)
{
    /// <summary>Fits the Gaussian.</summary>
    /// <param name="codes"><c>(n, L)</c>, row by row: independent draws of z.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="alpha">Codes are divided by this: AVAE's standard deviation √(1 − h²); 1 for all others.</param>
    /// <exception cref="ArgumentException">Too few codes, or they lie in a plane: their covariance has no inverse.</exception>
    public static GaussianFit Of(ReadOnlySpan<double> codes, int latentDim, double alpha = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentDim, 1);
        if (!(alpha > 0 && double.IsFinite(alpha))) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "expected a positive number");
        if (codes.Length % latentDim != 0) throw new ArgumentException($"{codes.Length} numbers are no rows of {latentDim}", nameof(codes));
        var (L, n) = (latentDim, codes.Length / latentDim);
        if (n < L + 2) throw new ArgumentException($"{n} codes are too few for a covariance of {L} latents: {L + 2} are needed", nameof(codes));
        var (mean, covariance) = Moments(codes, n, L, alpha);
        var logDet = LogDeterminant(covariance, L);
        double trace = 0, square = 0, traceOfSquare = 0, across = 0;
        for (var i = 0; i < L; i++)
        {
            trace += covariance[i * L + i];
            square += mean[i] * mean[i];
            for (var j = 0; j < L; j++)
            {
                traceOfSquare += covariance[i * L + j] * covariance[i * L + j];
                across += mean[i] * covariance[i * L + j] * mean[j];
            }
        }
        var raw = 0.5 * (trace + square - L - logDet);
        var corrected = raw - 0.5 * (trace / n - LogDeterminantBias(n, L));
        return new GaussianFit(raw, new Estimate(corrected, 0.5 * Math.Sqrt(Math.Max(0, FourVariances(n, L, trace, traceOfSquare, across)))), n, alpha);
    }

    // 4 Var of the corrected value. tr Σ̂² and μ̂ᵀΣ̂μ̂ are high as estimates of tr Σ² and μᵀΣμ; near N(0, I), where all terms of order 1/n cancel, that would be most of it.
    private static double FourVariances(int n, int L, double trace, double traceOfSquare, double across)
    {
        double nu = n - 1, kept = 1 - 1.0 / n, slopes = 0.0;
        var square = nu * nu / ((nu - 1) * (nu + 2)) * (traceOfSquare - trace * trace / nu);
        for (var j = 1; j <= L; j++) slopes += Polygamma.Trigamma(0.5 * (n - j));
        return kept * kept * 2 * square / nu + 4 * (across - square / n) / n + 2 * square / n / n + slopes - kept * 4 * trace / nu;
    }

    /// <summary>E KL of n codes that are exactly N(0, I): ½(L/n − c).</summary>
    public static double BiasOfStandardNormal(int n, int latentDim) => 0.5 * ((double)latentDim / n - LogDeterminantBias(n, latentDim));

    // c: negative, for the determinant of an estimate is low.
    private static double LogDeterminantBias(int n, int L)
    {
        var sum = L * Math.Log(2.0 / (n - 1));
        for (var j = 1; j <= L; j++) sum += Polygamma.Digamma(0.5 * (n - j));
        return sum;
    }

    private static (double[] Mean, double[] Covariance) Moments(ReadOnlySpan<double> codes, int n, int L, double alpha)
    {
        var (mean, covariance, centred) = (new double[L], new double[L * L], new double[L]);
        for (var i = 0; i < codes.Length; i++) mean[i % L] += codes[i] / alpha / n;
        for (var row = 0; row < n; row++)
        {
            for (var j = 0; j < L; j++) centred[j] = codes[row * L + j] / alpha - mean[j];
            for (var j = 0; j < L; j++)
            {
                for (var k = 0; k <= j; k++) covariance[j * L + k] += centred[j] * centred[k] / (n - 1);
            }
        }
        for (var j = 0; j < L; j++)
        {
            for (var k = 0; k < j; k++) covariance[k * L + j] = covariance[j * L + k];
        }
        return (mean, covariance);
    }

    // By Cholesky's factor.
    private static double LogDeterminant(double[] covariance, int L)
    {
        var (factor, sum) = ((double[])covariance.Clone(), 0.0);
        for (var j = 0; j < L; j++)
        {
            for (var i = j; i < L; i++)
            {
                var value = factor[i * L + j];
                for (var k = 0; k < j; k++) value -= factor[i * L + k] * factor[j * L + k];
                if (i > j) factor[i * L + j] = value / factor[j * L + j];
                else if (value > 1e-14 * covariance[j * L + j]) sum += 2 * Math.Log(factor[j * L + j] = Math.Sqrt(value));
                else throw new ArgumentException($"latent {j} of the codes follows from those before it: their covariance has no inverse and KL is infinite", nameof(covariance));
            }
        }
        return sum;
    }
}
