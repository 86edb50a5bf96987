using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Fits a mixture of full-covariance Gaussians to points by expectation maximisation.</summary>
/// <remarks>
/// <para>Each step: r_nk ∝ w_k N(z_n; m_k, C_k); then w, m and C are the r-weighted shares, means and covariances. The mean log-density
/// never falls, as long as the floor on the variances is not felt. Source: Dempster, Laird and Rubin 1977.</para>
/// <para>Points (N, L) may have weights (N): the expectation is then over those, for example over the nodes of a quadrature.</para>
/// </remarks>
/// <param name="LogWeights">log w, (K).</param>
/// <param name="Means">m, (K, L).</param>
/// <param name="Scales">Lower triangular factors of C, (K, L, L).</param>
internal sealed record MixtureFit(Tensor LogWeights, Tensor Means, Tensor Scales)
{
    /// <summary>The density.</summary>
    internal Mixture Density => new(LogWeights, new FullNormal(Means, Scales));

    /// <summary>Equal components of the covariance of all points around given means.</summary>
    internal static MixtureFit Begin(Tensor z, Tensor means)
    {
        var (K, L) = (means.Shape[0], means.Shape[1]);
        var centred = z - z.Mean(0L);
        var scale = (centred.T.Matmul(centred) / z.Shape[0] + Floor(z, 1e-6)).Cholesky();
        return new MixtureFit(Tensor.Zeros([K], z.DType, z.Device), means, scale.Expand(K, L, L).Contiguous());
    }

    /// <summary>Steps until the mean log-density rises by less than <paramref name="tolerance"/> nats.</summary>
    internal static MixtureFit Run(Tensor z, Tensor means, int steps, double tolerance = 1e-6)
    {
        var outer = TensorScope.Open();
        var fit = Begin(z, means);
        var before = double.NegativeInfinity;
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            (var next, var logDensity) = fit.Step(z, null, 1e-6);
            fit = new MixtureFit(scope.Keep(next.LogWeights), scope.Keep(next.Means), scope.Keep(next.Scales));
            if (logDensity - before < tolerance) break;
            before = logDensity;
        }
        var kept = new MixtureFit(outer.Keep(fit.LogWeights), outer.Keep(fit.Means), outer.Keep(fit.Scales));
        outer.Dispose();
        return kept;
    }

    /// <summary>One step, and the mean log-density before it.</summary>
    /// <param name="z">(N, L).</param>
    /// <param name="weights">(N), null for equal.</param>
    /// <param name="floor">Added to every variance, as a share of the mean variance of the points.</param>
    internal (MixtureFit Next, double LogDensity) Step(Tensor z, Tensor? weights, double floor)
    {
        var N = z.Shape[0];
        weights ??= Tensor.Ones([N], z.DType, z.Device);
        var joint = LogWeights.LogSoftmax(-1) + new FullNormal(Means, Scales).LogProb(z.Unsqueeze(1));
        var logP = joint.LogSumExp(-1, keep: true);
        var share = (joint - logP).Exp() * weights.Unsqueeze(1);
        var mass = share.Sum(0L).Clamp(1e-12);
        var means = share.T.Matmul(z) / mass.Unsqueeze(1);
        var differences = z.Unsqueeze(0) - means.Unsqueeze(1);
        var covariances = differences.T.Matmul(share.T.Unsqueeze(2) * differences) / mass.Reshape(-1, 1, 1);
        if (floor > 0) covariances += Floor(z, floor);
        var logDensity = ((logP.Squeeze(1) * weights).Sum() / weights.Sum()).ToDouble();
        return (new MixtureFit((mass / mass.Sum()).Log(), means, covariances.Cholesky()), logDensity);
    }

    private static Tensor Floor(Tensor z, double share) => Tensor.Eye(z.Shape[1], z.DType, z.Device) * (share * z.Var([0], 0).Mean() + 1e-300);
}
