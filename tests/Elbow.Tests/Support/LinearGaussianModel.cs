using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>A linear VAE with given numbers: p(x|z) = N(W z + b, σ² I), p(z) = N(0, I), q(z|x) = N(V x + a, S Sᵀ). Everything is known in closed form.</summary>
/// <param name="W">(D, L).</param>
/// <param name="B">(D).</param>
/// <param name="Sigma">σ.</param>
/// <param name="V">(L, D).</param>
/// <param name="A">(L).</param>
/// <param name="S">(L, L), lower triangular.</param>
internal sealed record LinearGaussianModel(Tensor W, Tensor B, double Sigma, Tensor V, Tensor A, Tensor S)
{
    internal long D => W.Shape[0];

    internal long L => W.Shape[1];

    /// <summary>With the exact posterior as encoder.</summary>
    internal static LinearGaussianModel WithExactPosterior(Tensor w, Tensor b, double sigma)
    {
        var L = w.Shape[1];
        var precision = Tensor.Eye(L, DType.Float64) + w.T.Matmul(w) / (sigma * sigma);
        var covariance = precision.Solve(Tensor.Eye(L, DType.Float64));
        var v = covariance.Matmul(w.T) / (sigma * sigma);
        return new LinearGaussianModel(w, b, sigma, v, -v.Matmul(b.Unsqueeze(1)).Squeeze(1), covariance.Cholesky());
    }

    /// <summary>The model, with a full-covariance encoder.</summary>
    internal LatentVariableModel Build()
    {
        var config = new ModelConfig
        {
            LatentDim = (int)L,
            Encoder = new Mlp.Config { Hidden = [] },
            Posterior = new FullNormalPosterior.Config(),
            Decoder = new Mlp.Config { Hidden = [] },
            Likelihood = new NormalLikelihood.Config(),
        };
        var below = Enumerable.Range(1, (int)L - 1).SelectMany(row => Enumerable.Range(0, row).Select(column => S[row][column].ToDouble()));
        double[] scale = [.. S.Diagonal().Log().ToArray<double>(), .. below];
        var model = LatentVariableModel.Create(config, DataShape.Vector((int)D), Small.Init());
        model.Load(new Dictionary<string, Tensor>
        {
            ["encoder.0.weight"] = Tensor.Cat(0, V, Tensor.Zeros([scale.Length, D], DType.Float64)),
            ["encoder.0.bias"] = Tensor.Cat(0, A, Tensor.From(scale)),
            ["decoder.0.weight"] = W,
            ["decoder.0.bias"] = B,
            ["likelihood.logVar"] = Tensor.From(2 * Math.Log(Sigma)),
        });
        return model;
    }

    /// <summary>Draws from p(x). → <c>(count, D)</c></summary>
    internal Tensor Draw(ulong seed, int count) => Small.Normal(seed, count, L).Matmul(W.T) + B + Sigma * Small.Normal(seed + 1, count, D);

    /// <summary>log p(x) = log N(x; b, W Wᵀ + σ² I). <c>x (B, D)</c> → <c>(B)</c>.</summary>
    internal Tensor LogMarginal(Tensor x) =>
        LogNormal(x - B, W.Matmul(W.T) + Sigma * Sigma * Tensor.Eye(D, DType.Float64));

    /// <summary>The ELBO by exact expectations. <c>x (B, D)</c> → <c>(B)</c>.</summary>
    internal Tensor Elbo(Tensor x)
    {
        var nu = x.Matmul(V.T) + A;
        var T = S.Matmul(S.T);
        var residual = (x - nu.Matmul(W.T) - B).Square().Sum(1L) + W.Matmul(T).Matmul(W.T).Diagonal().Sum();
        var reconstruction = -0.5 * (residual / (Sigma * Sigma) + D * Math.Log(2 * Math.PI * Sigma * Sigma));
        var kl = 0.5 * (T.Diagonal().Sum() + nu.Square().Sum(1L) - L - T.LogAbsDet());
        return reconstruction - kl;
    }

    private static Tensor LogNormal(Tensor centred, Tensor covariance)
    {
        var squares = (centred * covariance.Solve(centred.T).T).Sum(1L);
        return -0.5 * (squares + covariance.LogAbsDet() + centred.Shape[1] * Math.Log(2 * Math.PI));
    }
}
