using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>How much like a Gaussian codes are once their covariance is taken out: the entropy of whitened codes by leave-one-out kernels.</summary>
/// <remarks>
/// <para><b>Equation:</b> −(1/N) Σ_i log(q₋ᵢ(w_i) + ε) with w = W z, W = V(Λ + 10⁻⁴)^(−½)Vᵀ from ZᵀZ/(N − 1) = VΛVᵀ, the kernels of <see cref="KernelDensity.LeaveOneOut"/>
/// without (2π)^(L/2), and ε = h^−L exp(−½ χ²-quantile_L(0.9995)).</para>
/// <para><b>Shapes:</b> z <c>(N, L)</c> → one value for each code <c>(N)</c>. <b>Units:</b> nats, less the constant (L/2) log 2π.</para>
/// <para><b>Biased when:</b> always: upwards by the kernels, downwards by ε, above which the score −log ε cannot rise. A true Gaussian does not score L/2 but
/// 8.76, 32.37 and 56.12 at L = 16, 64, 128 with N = 10,000: compare with <see cref="OfGaussian"/>, never with L/2.</para>
/// <para><b>Source:</b> Saha, Joshi, Whitaker, arXiv 2311.07693, equation 12, as their code computes it (methods/avae.md 6): the covariance is taken
/// without subtracting the mean. <b>Departs from the source:</b> no.</para>
/// </remarks>
public static class WhitenedEntropy
{
    private const double Fudge = 1e-4, Coverage = 1 - 5e-4;

    /// <summary>The score of each code; their mean is the entropy.</summary>
    /// <param name="z">Codes <c>(N, L)</c>, more than L of them; computed in float64.</param>
    /// <param name="bandwidth">h of the kernels; null for the width that fits N(0, I) best, corrected, at 10,000 points whatever N, as in the source.</param>
    public static Tensor PerCode(Tensor z, double? bandwidth = null)
    {
        ArgumentNullException.ThrowIfNull(z);
        z.MustBe([-1, -1]);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var L = (int)z.Shape[1];
        var h = bandwidth ?? Width(L);
        var logFloor = -L * Math.Log(h) - 0.5 * ChiSquared.Quantile(Coverage, L);
        var logQ = new KernelDensity(Whiten(z.To(DType.Float64)), h).LeaveOneOut() + 0.5 * L * Math.Log(2 * Math.PI);
        return scope.Keep(-logQ.Logaddexp(logQ.Scalar(logFloor)));
    }

    /// <summary>The score of as many draws from N(0, I): what perfect codes would have.</summary>
    public static Tensor OfGaussian(long N, int L, Generator generator, double? bandwidth = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(PerCode(Tensor.Randn([N, L], generator, DType.Float64), bandwidth));
    }

    /// <summary>Codes with the identity as their second moment, but for 10⁻⁴. <c>(N, L)</c> → <c>(N, L)</c>.</summary>
    public static Tensor Whiten(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var (values, vectors) = (z.Transpose(0, 1).Matmul(z) * (1.0 / (z.Shape[0] - 1))).Eigh();
        return z.Matmul(vectors * (values + Fudge).Rsqrt()).Matmul(vectors.Transpose(0, 1));
    }

    private static double Width(int L) => Bandwidth.For(L, 10_000).Corrected;
}
