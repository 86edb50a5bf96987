using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Models;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

/// <summary>methods/corex-anchorvae.md section 8, item 12: a code of two latents that move together.</summary>
public sealed class LatentSamplingTests
{
    private const int N = 50, Count = 20_000;

    [Fact]
    public void Joint_OfCorrelatedCodes_HasTheirCovariance()
    {
        using var scope = TensorScope.Open();
        var (model, data, expected) = Correlated();
        using var generator = new Generator(1);
        var z = LatentSampling.Joint(model, rows => Pick(data, rows), N, Count, generator);
        var products = Products(z);
        for (var k = 0; k < 3; k++) MonteCarlo.Agree(products[k], expected[k], $"moment {k}");
        Assert.True(Math.Abs(expected[1]) > 0.5, "the codes are to be correlated");
    }

    [Fact]
    public void Marginal_OfCorrelatedCodes_HasTheirMarginalsAndNoCorrelation()
    {
        using var scope = TensorScope.Open();
        var (model, data, expected) = Correlated();
        using var generator = new Generator(2);
        var z = LatentSampling.Marginal(model, rows => Pick(data, rows), N, Count, generator);
        Assert.Equal(new Shape([Count, 2]), z.Shape);
        var products = Products(z);
        MonteCarlo.Agree(products[1], 0, "covariance");
        foreach (var k in new[] { 0, 2 }) MonteCarlo.Agree(products[k], expected[k], $"variance {k}");
        // Kolmogorov-Smirnov against the mixture's distribution function; 1.95/√n is its 0.1 % point.
        var q = (Normal)model.Encode(data);
        for (var j = 0; j < 2; j++)
        {
            var sorted = z.Select(1, j).Sort(0).Values;
            var (nu, tau) = (q.Mean.Select(1, j), q.Scale.Expand(q.Mean.Shape).Select(1, j));
            var cdf = (0.5 * (1 + ((sorted.Unsqueeze(1) - nu) / (tau * Math.Sqrt(2))).Erf())).Mean(1);
            var distance = (cdf - (Tensor.Arange(0, Count, DType.Float64) + 0.5) / Count).Abs().Amax(0).ToDouble();
            Assert.True(distance < 1.95 / Math.Sqrt(Count), $"latent {j}: {distance}");
        }
    }

    [Fact]
    public void Draws_OfOneExample_AreItsPosterior()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 4);
        var x = Small.Normal(1, 1, 4);
        using var generator = new Generator(3);
        var z = LatentSampling.Marginal(model, rows => x.Expand(rows.Length, 4), 1, 3000, generator);
        var mean = model.Encode(x).Mean[0].ToArray<double>();
        for (var j = 0; j < 2; j++) MonteCarlo.Agree(z.Select(1, j), mean[j], $"latent {j}");
    }

    [Fact]
    public void Quantiles_OfAUniformGrid_AreEvenlySpaced()
    {
        float[] codes = [.. Enumerable.Range(0, 1001).SelectMany(n => new[] { 1000f - n, 7 })];
        Assert.Equal([10, 500, 990], LatentPath.Quantiles(codes, 2, 0, 3), (a, b) => Math.Abs(a - b) < 1e-2);
        Assert.Equal([7, 7], LatentPath.Quantiles(codes, 2, 1, 2));
    }

    // Means of both latents follow one direction of the data. Returns variance, covariance, variance of the aggregated posterior.
    private static (LatentVariableModel, Tensor, double[]) Correlated()
    {
        var code = new GaussianCode(Tensor.Eye(3, DType.Float64), Tensor.From([1.0, 0.2, 0, 0.9, 0, 0.3], [2, 3]), Tensor.From(0.3, 0.5).DiagEmbed());
        var data = Small.Normal(4, N, 3);
        var model = code.BuildOptimal();
        var nu = model.Encode(data).Mean;
        nu -= nu.Mean(0);
        var covariance = nu.T.Matmul(nu) / N + code.Noise;
        return (model, data, [covariance[0][0].ToDouble(), covariance[0][1].ToDouble(), covariance[1][1].ToDouble()]);
    }

    private static Tensor[] Products(Tensor z)
    {
        z -= z.Mean(0);
        var (a, b) = (z.Select(1, 0), z.Select(1, 1));
        return [a.Square(), a * b, b.Square()];
    }

    private static Tensor Pick(Tensor data, int[] rows) => data.IndexSelect(0, Tensor.From([.. rows.Select(n => (long)n)], [rows.Length]));
}
