using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>Gaussian data x ~ N(0, Σ) and a linear code z = V x + noise: every information quantity is a log-determinant.</summary>
/// <param name="Data">Σ <c>(D, D)</c>.</param>
/// <param name="V"><c>(L, D)</c>.</param>
/// <param name="Noise">Covariance of z given x <c>(L, L)</c>.</param>
internal sealed record GaussianCode(Tensor Data, Tensor V, Tensor Noise)
{
    internal int D => (int)Data.Shape[0];

    internal int L => (int)V.Shape[0];

    internal int[] X => [.. Enumerable.Range(0, D)];

    internal int[] Z => [.. Enumerable.Range(D, L)];

    /// <summary>Of (x, z).</summary>
    internal Tensor Joint
    {
        get
        {
            var cross = Data.Matmul(V.T);
            return Tensor.Cat(0, Tensor.Cat(1, Data, cross), Tensor.Cat(1, cross.T, V.Matmul(cross) + Noise));
        }
    }

    /// <summary>x_i = y + ε_i with Var y = 1, Var ε = s²; z = Σ_i x_i + N(0, η²).</summary>
    internal static GaussianCode OneFactor(int d, double s2, double eta2) =>
        new(Tensor.Ones([d, d], DType.Float64) + s2 * Tensor.Eye(d, DType.Float64), Tensor.Ones([1, d], DType.Float64), Tensor.From([eta2], [1, 1]));

    /// <summary>Random data and code; the noise is diagonal or full.</summary>
    internal static GaussianCode Random(ulong seed, int d, int m, bool fullNoise = false)
    {
        var (a, b) = (Small.Normal(seed, d, d), Small.Normal(seed + 1, m, m));
        var noise = fullNoise ? b.Matmul(b.T) + 0.1 * Tensor.Eye(m, DType.Float64) : Small.Normal(seed + 1, m).Exp().DiagEmbed();
        return new(a.Matmul(a.T) + 0.2 * Tensor.Eye(d, DType.Float64), Small.Normal(seed + 2, m, d), noise);
    }

    internal static double Entropy(Tensor covariance, params int[] of) =>
        of.Length == 0 ? 0 : 0.5 * (Block(covariance, of, of).LogAbsDet().ToDouble() + of.Length * Math.Log(2 * Math.PI * Math.E));

    internal static double Entropy(Tensor covariance, int[] of, int[] given) => Entropy(covariance, [.. of, .. given]) - Entropy(covariance, given);

    internal static double Information(Tensor covariance, int[] a, int[] b) => Entropy(covariance, a) - Entropy(covariance, a, b);

    internal static double TotalCorrelation(Tensor covariance, int[] of, params int[] given) =>
        of.Sum(i => Entropy(covariance, [i], given)) - Entropy(covariance, of, given);

    internal static Tensor Block(Tensor covariance, int[] rows, int[] columns) => covariance.IndexSelect(0, Index(rows)).IndexSelect(1, Index(columns));

    /// <summary>Regression of one part on another: E[a|b] = W b, and the variance of each a_i that is left.</summary>
    internal static (Tensor W, Tensor Residual) Regress(Tensor covariance, int[] a, int[] b)
    {
        var cross = Block(covariance, a, b);
        var w = Block(covariance, b, b).Solve(cross.T).T;
        return (w, (Block(covariance, a, a) - w.Matmul(cross.T)).Diagonal());
    }

    /// <summary>L = TC(x;z) − TC(z).</summary>
    internal double Explained()
    {
        var joint = Joint;
        return TotalCorrelation(joint, X) - TotalCorrelation(joint, X, Z) - TotalCorrelation(joint, Z);
    }

    internal double SumOfEntropies => X.Sum(i => Entropy(Data, i));

    /// <summary>A model with this encoder (diagonal noise) and a given affine decoder.</summary>
    internal LatentVariableModel Build(Tensor w, Tensor bias, Tensor variances)
    {
        var (model, parts) = Plain();
        model.Load(new Dictionary<string, Tensor>
        {
            ["encoder.0.weight"] = V, ["encoder.0.bias"] = Tensor.Zeros([L], DType.Float64), ["posterior.logVar"] = Noise.Diagonal().Log(),
            ["decoder.0.weight"] = w, ["decoder.0.bias"] = bias, ["likelihood.logVar"] = variances.Log(),
        });
        return model;
    }

    /// <summary>With the best factorised decoder.</summary>
    internal LatentVariableModel BuildOptimal()
    {
        var (w, residual) = Regress(Joint, X, Z);
        return Build(w, Tensor.Zeros([D], DType.Float64), residual);
    }

    internal ModelConfig Parts => new()
    {
        LatentDim = L, Encoder = new Mlp.Config { Hidden = [] }, Decoder = new Mlp.Config { Hidden = [] },
        Posterior = new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared },
        Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.PerDimension },
    };

    private (LatentVariableModel, ModelConfig) Plain() => (LatentVariableModel.Create(Parts, DataShape.Vector(D), Small.Init()), Parts);

    /// <summary>Points whose mean of any quadratic is its expectation under N(0, covariance). → <c>(2n, n)</c>.</summary>
    internal static Tensor SigmaPoints(Tensor covariance)
    {
        var columns = covariance.Cholesky().T * Math.Sqrt(covariance.Shape[0]);
        return Tensor.Cat(0, columns, -columns);
    }

    /// <summary>(x, z) at sigma points of their joint.</summary>
    internal (Tensor X, Tensor Z) Points()
    {
        var points = SigmaPoints(Joint);
        return (points.Narrow(1, 0, D), points.Narrow(1, D, L));
    }

    /// <summary>The exact bound Σ H(x_i) + E log q(x|z) − E KL(q(z|x) ‖ r) of a model with this encoder.</summary>
    internal double Bound(LatentVariableModel model, Normal r)
    {
        var (x, z) = Points();
        return SumOfEntropies + model.Decode(z).LogProb(x).Mean().ToDouble() - Kl.Exact(model.Encode(x), r)!.Mean().ToDouble();
    }

    /// <summary>The Gaussians with the variances of the latents.</summary>
    internal Normal Marginals => Normal.FromLogVar(Tensor.Zeros([L], DType.Float64), Block(Joint, Z, Z).Diagonal().Log());

    /// <summary>Draws of x. → <c>(count, D)</c>.</summary>
    internal Tensor Draw(int count, ulong seed) => Small.Normal(seed, count, D).Matmul(Data.Cholesky().T);

    private static Tensor Index(int[] numbers) => Tensor.From([.. numbers.Select(n => (long)n)], [numbers.Length]);
}
