using Elbow.Distributions;

namespace Elbow.Diagnostics;

/// <summary>Codes that fit a prior as well as N posteriors with given covariances can: the null of <see cref="Holes"/>.</summary>
/// <remarks>
/// <para><b>Equation:</b> μ_n = m + D R_n D⁻¹(y_n − m), y_n ~ p, R_n R_nᵀ = (I − D⁻¹ Σ_n D⁻¹)₊ with the prior's moments m and D = diag s; ₊ sets negative eigenvalues to 0. Of
/// a diagonal Σ_n that is √(1 − τ_nj²/s_j²)₊ for each latent. N(μ_n, Σ_n) then has the prior's mean and, where Σ_n fits below D², its variances.</para>
/// <para><b>Special cases:</b> a Gaussian prior with independent latents is then met exactly; others are smoothed by the posteriors.</para>
/// </remarks>
internal sealed class PerfectFit
{
    private readonly AggregatePosterior aggregate;
    private readonly LatentPrior prior;
    private readonly double[] mean, deviation;
    private readonly double[]? roots;

    internal PerfectFit(AggregatePosterior aggregate, LatentPrior prior, double[] mean, double[] deviation)
    {
        (this.aggregate, this.prior, this.mean, this.deviation) = (aggregate, prior, mean, deviation);
        if (aggregate.Factors is not { } factors) return;
        var L = aggregate.LatentDim;
        roots = new double[checked(aggregate.Count * L * L)];
        Parallel.For(0, aggregate.Count, n => Root(Left(factors[n], deviation), roots.AsSpan(n * L * L, L * L)));
    }

    /// <summary>One set of N codes with the posteriors' covariances.</summary>
    internal AggregatePosterior Draw(long seed)
    {
        var L = aggregate.LatentDim;
        var means = prior.Draw(aggregate.Count, seed);
        var y = new double[L];
        for (var n = 0; n < aggregate.Count; n++)
        {
            var row = means.AsSpan(n * L, L);
            for (var j = 0; j < L; j++) y[j] = roots is null ? row[j] - mean[j] : (row[j] - mean[j]) / deviation[j];
            for (var j = 0; j < L; j++) row[j] = mean[j] + (roots is null ? Math.Sqrt(Math.Max(0, 1 - Math.Exp(aggregate.LogVar[n * L + j]) / (deviation[j] * deviation[j]))) * y[j] : deviation[j] * Times(n * L + j, y));
        }
        return aggregate.Around(means);
    }

    private double Times(int row, double[] y)
    {
        var sum = 0.0;
        for (var k = 0; k < y.Length; k++) sum += roots![row * y.Length + k] * y[k];
        return sum;
    }

    // I − D⁻¹ S Sᵀ D⁻¹.
    private static double[,] Left(ReadOnlySpan<double> factor, double[] deviation)
    {
        var L = deviation.Length;
        var left = new double[L, L];
        for (var i = 0; i < L; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var k = 0; k <= j; k++) sum += factor[CholeskyFactors.Start(i) + k] * factor[CholeskyFactors.Start(j) + k];
                left[i, j] = left[j, i] = (i == j ? 1 : 0) - sum / (deviation[i] * deviation[j]);
            }
        }
        return left;
    }

    // The symmetric root, which of a diagonal matrix is the roots of its elements.
    private static void Root(double[,] matrix, Span<double> root)
    {
        var L = matrix.GetLength(0);
        var (values, vectors) = SymmetricEigen.Of(matrix);
        for (var i = 0; i < L; i++)
        {
            for (var j = 0; j < L; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < L; k++) sum += vectors[i, k] * Math.Sqrt(Math.Max(0, values[k])) * vectors[j, k];
                root[i * L + j] = sum;
            }
        }
    }
}
