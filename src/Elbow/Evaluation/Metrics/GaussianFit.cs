using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>Mean and covariance of rows.</summary>
/// <remarks>
/// <para><b>Equation:</b> m = (1/N) Σ x_n, S = (1/(N − 1)) Σ (x_n − m)(x_n − m)ᵀ; or, shrunk, (1 − ρ)S + ρμI with S divided by N, μ = tr S/D,
/// ρ = min(β², δ²)/δ², δ² = ‖S − μI‖²/D, β² = (1/N²) Σ ‖(x_n − m)(x_n − m)ᵀ − S‖²/D and ‖·‖ Frobenius' norm.</para>
/// <para><b>Shapes:</b> x <c>(N, D)</c> → mean <c>(D)</c>, covariance <c>(D, D)</c>. <b>Units:</b> those of x, and squared.</para>
/// <para><b>Source:</b> Ledoit and Wolf 2004, A well-conditioned estimator for large-dimensional covariance matrices, Journal of Multivariate Analysis
/// 88, lemma 3.2 to 3.4. <b>Departs from the source:</b> the mean is estimated, as implementations in use have it.</para>
/// </remarks>
/// <param name="Mean">m.</param>
/// <param name="Covariance">S.</param>
/// <param name="Shrinkage">ρ in [0, 1]; 0 when none was asked for.</param>
internal sealed record GaussianFit(Tensor Mean, Tensor Covariance, double Shrinkage)
{
    internal static GaussianFit Of(Tensor x, bool shrink)
    {
        var (N, D) = (x.Shape[0], x.Shape[1]);
        var mean = x.Mean(0L);
        var centred = x - mean;
        var products = centred.T.Matmul(centred);
        if (!shrink) return new GaussianFit(mean, products / (N - 1.0), 0);
        var S = products / (double)N;
        var mu = S.Diagonal().Sum().ToDouble() / D;
        // ‖S − μI‖² = ‖S‖² − Dμ², and Σ‖x xᵀ − S‖² = Σ‖x‖⁴ − N‖S‖², since Σ x xᵀ = N S.
        var norm = S.Square().Sum().ToDouble();
        var delta = norm / D - mu * mu;
        var beta = (centred.Square().Sum(1L).Square().Sum().ToDouble() - N * norm) / ((double)N * N * D);
        var rho = delta > 0 ? Math.Clamp(beta / delta, 0, 1) : 1;
        return new GaussianFit(mean, S * (1 - rho) + Tensor.Eye(D, DType.Float64, x.Device) * (rho * mu), rho);
    }
}
