using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Priors;

public sealed class VampPriorTests
{
    private const int N = 12, D = 4;

    [Fact]
    public void Density_OfAllDataAsPseudoInputs_IsTheAggregatedPosterior()
    {
        using var scope = TensorScope.Open();
        // 4. With K = N the examples are the whole data.
        var context = Small.PriorContext(2);
        var x = context.Examples(N);
        using var prior = (VampPrior)new VampPrior.Config { Components = N, InitialStd = 0 }.Build(context);
        var q = (Normal)context.Encode(x);
        var z = Small.Normal(1, 30, 2);
        var each = Enumerable.Range(0, N).Select(n => Normal.FromLogVar(q.Mean[n], q.LogVar[n]).LogProb(z).Exp()).Aggregate((a, b) => a + b) / N;
        Assert.Equal(0, (prior.Density().LogProb(z) - each.Log()).Abs().Amax(0).ToDouble(), 1e-12);
        // Hence CE[q(z), p] = H[q(z)], and Ω = −I_q(x; z): no point pays more than log N, and all together the information.
        using var generator = new Generator(2);
        var draws = q.Sample(generator, 20_000);
        var divergence = q.LogProb(draws) - prior.Density().LogProb(draws);
        Assert.True((divergence <= Math.Log(N) + 1e-12).All());
        var space = Quadrature.Box((-9, 9, 360), (-9, 9, 360));
        var pz = prior.Density();
        var information = space.Integrate(at => -pz.LogProb(at).Exp() * pz.LogProb(at)) - q.Entropy().Mean().ToDouble();
        MonteCarlo.Agree(divergence.Mean(1L), information, "information");
    }

    // Item 6 ties the GTM's pseudo-inputs to these; here the weighted mixture itself, and the product of one-dimensional mixtures beside it.
    [Fact]
    public void Density_Weighted_IsTheSumOfItsComponents()
    {
        using var scope = TensorScope.Open();
        var context = Small.PriorContext(2);
        // Ten times as far apart as the small encoder puts them, so that the two densities differ.
        var encode = context.Encode;
        context = context with
        {
            Encode = x =>
            {
                var near = (Normal)encode(x);
                return Normal.FromLogVar(10 * near.Mean, near.LogVar);
            },
        };
        var config = new VampPrior.Config { Components = 5, Weighted = true };
        using var prior = (VampPrior)config.Build(context);
        using var product = (VampPrior)(config with { NotebookCompatible = true }).Build(context);
        var q = (Normal)context.Encode(prior.PseudoInputs);
        var logWeights = Small.Normal(5, 5);
        foreach (var each in new[] { prior, product })
        {
            using var frozen = Autograd.NoGrad();
            each.NamedParameters().Single(pair => pair.Key == "logWeights").Value.CopyInPlace(logWeights);
            each.NamedParameters().Single(pair => pair.Key == "pseudoInputs").Value.CopyInPlace(prior.PseudoInputs);
        }
        DensityLaws.IsTheSumOfItsComponents(prior.Density(), logWeights, q.Mean, q.LogVar);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => DensityLaws.IsTheSumOfItsComponents(product.Density(), logWeights, q.Mean, q.LogVar));
    }

    // Section 7: one batched pass over the pseudo-inputs serves a whole batch.
    [Fact]
    public void Density_OfABatch_EncodesAllPseudoInputsOnce()
    {
        using var scope = TensorScope.Open();
        var context = Small.PriorContext(2);
        var (encode, rows) = (context.Encode, new List<long>());
        using var prior = (VampPrior)new VampPrior.Config { Components = 7 }.Build(context with
        {
            Encode = x =>
            {
                rows.Add(x.Shape[0]);
                return encode(x);
            },
        });
        rows.Clear();
        Assert.Equal(new Shape([3, 40]), prior.Density().LogProb(Small.Normal(1, 3, 40, 2)).Shape);
        Assert.Equal([7], rows);
    }

    [Fact]
    public void PseudoInputs_Clamped_StayInTheRangeOfTheData()
    {
        using var scope = TensorScope.Open();
        var config = new VampPrior.Config { Components = 40, Initial = VampPrior.Start.Normal, InitialMean = 0.5, InitialStd = 3 };
        using var prior = (VampPrior)config.Build(Small.PriorContext(2));
        Assert.True((prior.PseudoInputs >= 0).All() && (prior.PseudoInputs <= 1).All());
        using var free = (VampPrior)(config with { Clamp = false }).Build(Small.PriorContext(2));
        Assert.True(free.PseudoInputs.Amax(0, 1).ToDouble() > 3);
    }

    [Fact]
    public void PseudoInputs_UniformStart_SpanTheRangeOfTheData()
    {
        using var scope = TensorScope.Open();
        using var prior = (VampPrior)new VampPrior.Config { Components = 400, Initial = VampPrior.Start.Uniform, Clamp = false }.Build(Small.PriorContext(2) with { Bounds = (0, 16) });
        var u = prior.PseudoInputs;
        Assert.True(u.Amin(0, 1).ToDouble() is >= 0 and < 0.2 && u.Amax(0, 1).ToDouble() is > 15.8 and <= 16);
    }

    [Fact]
    public void PseudoInputs_NormalStart_HaveTheMomentsAskedFor()
    {
        using var scope = TensorScope.Open();
        using var prior = (VampPrior)new VampPrior.Config { Components = 500, Initial = VampPrior.Start.Normal, InitialMean = 0.3, InitialStd = 0.02 }.Build(Small.PriorContext(2));
        MonteCarlo.Agree(prior.PseudoInputs.Reshape(-1), 0.3, "mean");
        MonteCarlo.Agree((prior.PseudoInputs.Reshape(-1) - 0.3).Square(), 4e-4, "variance");
    }

    [Fact]
    public void Build_UniformStartOnUnboundedData_IsRefused() =>
        Assert.Contains("initial", Assert.Throws<ArgumentException>(() => new VampPrior.Config { Initial = VampPrior.Start.Uniform }
            .Build(Small.PriorContext(2) with { Bounds = (double.NegativeInfinity, double.PositiveInfinity) })).Message);

    [Fact]
    public void Build_WithADeterministicEncoder_IsRefused()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(2, posterior: new PointPosterior.Config()) with { Prior = new VampPrior.Config { Components = 3 } };
        Assert.Contains("posterior", Assert.Throws<ArgumentException>(() =>
            LatentVariableModel.Create(parts, DataShape.Vector(D), Small.Init(), (0, 1), count => Small.Uniform(9, count, D))).Message);
    }

    [Fact]
    public void Build_NotebookFormOfAFullCovariance_IsRefused()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(2, posterior: new FullNormalPosterior.Config()) with { Prior = new VampPrior.Config { Components = 3, NotebookCompatible = true } };
        Assert.Contains("notebookCompatible", Assert.Throws<ArgumentException>(() =>
            LatentVariableModel.Create(parts, DataShape.Vector(D), Small.Init(), (0, 1), count => Small.Uniform(9, count, D))).Message);
    }

    [Fact]
    public void Density_WithAFullCovarianceEncoder_IsTheirMixture()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(2, posterior: new FullNormalPosterior.Config()) with { Prior = new VampPrior.Config { Components = 3, InitialStd = 0 } };
        using var model = LatentVariableModel.Create(parts, DataShape.Vector(D), Small.Init(), (0, 1), count => Small.Uniform(9, count, D));
        var z = Small.Normal(1, 30, 2);
        var expected = new Mixture(Tensor.Zeros([3], DType.Float64), model.Encode(Small.Uniform(9, 3, D))).LogProb(z);
        Assert.Equal(0, (model.Prior.Density().LogProb(z) - expected).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void LogProb_InFloat32_OfNarrowComponentsFarFromTheOrigin_KeepsItsDigits()
    {
        using var scope = TensorScope.Open();
        // K = 500, L = 40 as in the paper, means as far out as the digits' encoder puts them and narrow: expanded squares would lose them.
        var means = Small.Normal(1, 500, 40) * 20;
        var logVars = Small.Normal(2, 500, 40) * 0.5 - 4;
        var z = means.Narrow(0, 0, 100) + Small.Normal(3, 100, 40) * (logVars.Narrow(0, 0, 100) * 0.5).Exp();
        // The same numbers in both types: what is measured is the arithmetic.
        var (m, v, at) = (means.To(DType.Float32), logVars.To(DType.Float32), z.To(DType.Float32));
        var single = new Mixture(Tensor.Zeros([500]), Normal.FromLogVar(m, v)).LogProb(at).To(DType.Float64);
        var exact = new Mixture(Tensor.Zeros([500], DType.Float64), Normal.FromLogVar(m.To(DType.Float64), v.To(DType.Float64))).LogProb(at.To(DType.Float64));
        Assert.True((single - exact).Abs().Amax(0).ToDouble() < 2e-4, $"largest error {(single - exact).Abs().Amax(0).ToDouble()} nats");
        Assert.True(Expanded(at, m, v, exact) > 10 * (single - exact).Abs().Amax(0).ToDouble());
    }

    // The error of |z|² − 2 z·m + |m|², for comparison.
    private static double Expanded(Tensor z, Tensor means, Tensor logVars, Tensor exact)
    {
        var precision = (-logVars).Exp();
        var squares = z.Square().Matmul(precision.T) - 2 * z.Matmul((means * precision).T) + (means.Square() * precision).Sum(1L);
        var logP = (-0.5 * (squares + logVars.Sum(1L)) - 20 * Math.Log(2 * Math.PI) - Math.Log(500)).LogSumExp(1);
        return (logP.To(DType.Float64) - exact).Abs().Amax(0).ToDouble();
    }
}
