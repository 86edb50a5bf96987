using Elbow.Diagnostics;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Diagnostics;

/// <summary>methods/three-entropies.md 8: golden values and identities that need no training.</summary>
public sealed class LinearVaeTests
{
    private static Tensor Points => Tensor.From([1.0, 0, 0, 2, -1, 1], [3, 2]);

    // 8.1
    [Fact]
    public void Gap_GoldenCase_IsTheDifferenceOfElboAndEntropies()
    {
        using var scope = TensorScope.Open();
        var vae = GoldenCase();
        Assert.Equal(1.6069333333, vae.Squares(Points).Mean().ToDouble(), 1e-10);
        Assert.Equal(0.47, vae.SecondMoments(Points).Single(), 1e-10);
        Assert.Equal(-3.3683335384, vae.Elbo(Points).Mean().ToDouble(), 1e-10);
        Assert.Equal(-3.0806309743, vae.Entropies.Sum, 1e-10);
        Assert.Equal(-0.2877025641, vae.Gap(Points), 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gap_RandomParameters_IsTheDifferenceOfElboAndEntropies(ulong seed)
    {
        using var scope = TensorScope.Open();
        var vae = Random(seed, D: 5, H: 3);
        var x = Small.Normal(seed + 100, 17, 5);
        Assert.Equal(vae.Elbo(x).Mean().ToDouble() - vae.Entropies.Sum, vae.Gap(x), 1e-10);
        // Item 12's other half: no encoder lifts the ELBO above the likelihood.
        Assert.True((vae.LogLikelihood(x) - vae.Elbo(x)).Amin(0).ToDouble() > 0);
    }

    // 8.2
    [Fact]
    public void Elbo_ProfiledVariances_IsTheEntropySum()
    {
        using var scope = TensorScope.Open();
        var vae = GoldenCase();
        var squares = vae.Squares(Points).Mean().ToDouble();
        var moments = vae.SecondMoments(Points);
        var profiled = vae with { Variance = squares / 2, PriorVariance = Tensor.From(moments) };
        Assert.Equal(-3.0462651507, profiled.Elbo(Points).Mean().ToDouble(), 1e-10);
        Assert.Equal(-3.0462651507, profiled.Entropies.Sum, 1e-10);
        Assert.Equal(-3.0462651507, ThreeEntropies.Profiled(0.5 * Math.Log(0.2), moments, 2, squares), 1e-10);
    }

    // 8.7 by ascent: a VAE-1 trained to a small gradient, from where it happens to start.
    [Fact]
    public void Ascent_OfTheExactElbo_EndsAtSecondMomentsOfOneAndTheVarianceOfTheResiduals()
    {
        using var scope = TensorScope.Open();
        var x = WithCovariance([4, 1, 0.5]);
        using var model = Small.Model(Linear(1), 3);
        List<KeyValuePair<string, Tensor>> parameters = [.. model.NamedParameters()];
        Tensor[] tensors = [.. parameters.Select(pair => pair.Value)];
        using var optimizer = new Adam.Config().Build(parameters);
        const int steps = 1000;
        for (var step = 0; step < steps; step++)
        {
            using var one = TensorScope.Open();
            optimizer.Step(Autograd.Grad(-SigmaPoints.Elbo(model, x), tensors), 0.05 * (1 + Math.Cos(Math.PI * step / steps)));
        }
        Assert.True(Autograd.Grad(SigmaPoints.Elbo(model, x), tensors).Sum(gradient => gradient.Square().Sum().ToDouble()) < 1e-8, "the gradient is not small");
        var vae = LinearVae.From(model)!;
        Assert.Equal(1, vae.SecondMoments(x).Single(), 1e-3);
        Assert.Equal(vae.Variance, vae.Squares(x).Mean().ToDouble() / 3, 1e-3);
        Assert.Equal(vae.Elbo(x).Mean().ToDouble(), vae.Entropies.Sum, 1e-3);
    }

    // Section 7, β other than 1: where the variances are stationary F_β = E log p − β KL is −H_dec + β (H_enc − H_prior).
    [Theory]
    [InlineData(0.5)]
    [InlineData(4)]
    public void Elbo_ProfiledVariancesWithBeta_IsTheWeighedEntropies(double beta)
    {
        using var scope = TensorScope.Open();
        var vae = GoldenCase();
        var profiled = vae with { Variance = vae.Squares(Points).Mean().ToDouble() / 2, PriorVariance = Tensor.From(vae.SecondMoments(Points)) };
        var kl = profiled.Kl(Points).Mean().ToDouble();
        var entropies = profiled.Entropies;
        Assert.Equal(profiled.Elbo(Points).Mean().ToDouble() + kl - beta * kl, -entropies.Decoder + beta * (entropies.Encoder - entropies.Prior), 1e-10);
    }

    // 8.3 and 8.4; the last row keeps one direction for two latents, so that one is collapsed.
    [Theory]
    [InlineData(new[] { 4, 2, 1, 0.5, 0.5 }, new[] { 0, 1 }, 2.0 / 3, -7.5262157747)]
    [InlineData(new[] { 5, 3, 2, 0.4, 0.2 }, new[] { 0, 1 }, 0.8666666667, -8.2340665011)]
    [InlineData(new[] { 5, 3, 2, 0.4, 0.2 }, new[] { 0, 2 }, 1.2, -8.5194675477)]
    [InlineData(new[] { 5, 3, 2, 0.4, 0.2 }, new[] { 0 }, 1.4, -8.5723560955)]
    public void PrincipalComponents_KnownEigenvalues_AreStationaryAndHaveTheGoldenValue(double[] eigenvalues, int[] kept, double variance, double value)
    {
        using var scope = TensorScope.Open();
        var x = WithCovariance(eigenvalues);
        var vae = LinearVae.PrincipalComponents(x.Mean(0), Tensor.From(eigenvalues), Tensor.Eye(5, DType.Float64), 2, kept);
        Assert.Equal(variance, vae.Variance, 1e-10);
        Assert.Equal(value, vae.LogLikelihood(x).Mean().ToDouble(), 1e-10);
        Assert.Equal(value, vae.Elbo(x).Mean().ToDouble(), 1e-10);
        Assert.Equal(value, vae.Entropies.Sum, 1e-10);
        if (kept is [0, 1]) Assert.Equal(value, LinearVae.Optimum(eigenvalues, 2), 1e-10);

        using var model = Model(vae);
        Assert.Equal(value, SigmaPoints.Elbo(model, x).ToDouble(), 1e-10);
        var gradients = Autograd.Grad(SigmaPoints.Elbo(model, x), [.. model.NamedParameters().Select(pair => pair.Value)]);
        Assert.True(gradients.Sum(gradient => gradient.Square().Sum().ToDouble()) < 1e-16, "not stationary");
        // 8.7: where the gradient vanishes codes have second moments of one, collapsed ones too, and σ² = R/D.
        Assert.All(vae.SecondMoments(x), moment => Assert.Equal(1, moment, 1e-10));
        Assert.Equal(vae.Variance, vae.Squares(x).Mean().ToDouble() / 5, 1e-10);
    }

    [Fact]
    public void PrincipalComponents_OfEigenvaluesFourTwo_HasTheGoldenPosteriorVariances()
    {
        using var scope = TensorScope.Open();
        var vae = LinearVae.PrincipalComponents(WithCovariance([4, 2, 1, 0.5, 0.5]), 2);
        Assert.Equal([1.0 / 6, 1.0 / 3], vae.PosteriorVariance.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Equal(vae.LogLikelihood(WithCovariance([4, 2, 1, 0.5, 0.5])).Mean().ToDouble(), LinearVae.Optimum(WithCovariance([4, 2, 1, 0.5, 0.5]), 2), 1e-10);
    }

    [Fact]
    public void PrincipalComponents_KeepingLessThanTheNoise_IsRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("below the noise", Assert.Throws<ArgumentException>(() => LinearVae.PrincipalComponents(WithCovariance([5, 3, 2, 0.4, 0.2]), 2, 0, 4)).Message);
    }

    // 8.5
    [Fact]
    public void Elbo_GradientsOfLogVariances_AreMinusTheGap()
    {
        using var scope = TensorScope.Open();
        var vae = Random(4, D: 5, H: 3);
        var x = Small.Normal(104, 17, 5);
        using var model = Model(vae);
        Tensor[] logVariances = [.. model.NamedParameters().Where(pair => pair.Key is "likelihood.logVar" or "prior.logVar").Select(pair => pair.Value)];
        Assert.Equal(2, logVariances.Length);
        var gradients = Autograd.Grad(SigmaPoints.Elbo(model, x), logVariances);
        Assert.Equal(vae.Gap(x), -gradients.Sum(gradient => gradient.Sum().ToDouble()), 1e-10);
    }

    // 8.6
    [Fact]
    public void AsVae2_RandomVae1_ChangesNothingThatCanBeObserved()
    {
        using var scope = TensorScope.Open();
        var first = Random(5, D: 6, H: 3) with { PriorVariance = Tensor.Ones([3], DType.Float64) };
        var x = Small.Normal(105, 9, 6);
        var second = first.AsVae2();
        Assert.All(second.Weight.Norm(0).ToArray<double>(), norm => Assert.Equal(1, norm, 1e-12));
        foreach (var other in new[] { second, second.AsVae1() })
        {
            Assert.Equal(0, (first.Elbo(x) - other.Elbo(x)).Abs().Amax(0).ToDouble(), 1e-12);
            Assert.Equal(0, (first.Kl(x) - other.Kl(x)).Abs().Amax(0).ToDouble(), 1e-12);
            Assert.Equal(0, (first.LogLikelihood(x) - other.LogLikelihood(x)).Abs().Amax(0).ToDouble(), 1e-12);
            Assert.Equal(first.Entropies.Sum, other.Entropies.Sum, 1e-12);
        }
        Assert.Equal(0, (first.Weight - second.AsVae1().Weight).Abs().Amax(0, 1).ToDouble(), 1e-12);
    }

    // 8.9
    [Fact]
    public void Entropies_CollapsedLatent_AddNothing()
    {
        using var scope = TensorScope.Open();
        var x = WithCovariance([5, 3, 2, 0.4, 0.2]);
        var one = LinearVae.PrincipalComponents(x, 1, 0);
        var two = LinearVae.PrincipalComponents(x, 2, 0);
        Assert.Equal([0.0, 0, 0, 0, 0], two.Weight.Select(1, 1).ToArray<double>());
        Assert.Equal(1, two.PosteriorVariance[1].ToDouble(), 1e-12);
        Assert.Equal(1.418938533, ThreeEntropies.Entropy(two.PosteriorVariance[1].ToDouble()), 1e-9);
        Assert.Equal(one.Entropies.Sum, two.Entropies.Sum, 1e-12);
    }

    // 8.12
    [Fact]
    public void Elbo_RotatedOptimum_IsLowerThoughTheLikelihoodIsTheSame()
    {
        using var scope = TensorScope.Open();
        var x = WithCovariance([5, 3, 2, 0.4, 0.2]);
        var vae = LinearVae.PrincipalComponents(x, 2);
        foreach (var angle in new[] { 0, 0.3, Math.PI / 4, Math.PI / 2 })
        {
            var (sin, cos) = Math.SinCos(angle);
            var rotated = BestEncoder(vae with { Weight = vae.Weight.Matmul(Tensor.From([cos, -sin, sin, cos], [2, 2])) });
            var likelihood = rotated.LogLikelihood(x).Mean().ToDouble();
            Assert.Equal(vae.LogLikelihood(x).Mean().ToDouble(), likelihood, 1e-12);
            var lost = likelihood - rotated.Elbo(x).Mean().ToDouble();
            // A quarter turn only swaps the latents.
            if (angle is 0 or Math.PI / 2) Assert.Equal(0, lost, 1e-10);
            else Assert.True(lost > 0.01, $"a rotation by {angle} loses {lost}");
        }
    }

    [Fact]
    public void From_ModelsOfOtherParts_IsNull()
    {
        using var deep = Small.Model(Small.Mlp(2), 4);
        Assert.Null(LinearVae.From(deep));
    }

    [Fact]
    public void From_CentredEncoder_SeesTheSameCodes()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.From(3.0, -7, 11);
        var init = new Init(new Generator(1), Device.Cpu, DType.Float64) { DataMean = () => Tensor.From(3.0, -7, 11) };
        using var model = LatentVariableModel.Create(Linear(2, centre: true), DataShape.Vector(3), init);
        var x = Small.Normal(1, 8, 3) + mean;
        var vae = LinearVae.From(model)!;
        Assert.Equal(SigmaPoints.Elbo(model, x).ToDouble(), vae.Elbo(x).Mean().ToDouble(), 1e-10);
        // At the start, before any step, the decoder's mean is near the data's.
        Assert.True((vae.Bias - mean).Abs().Amax(0).ToDouble() < 1);
    }

    internal static ModelConfig Linear(int L, bool centre = false, PriorConfig? prior = null, LikelihoodConfig? likelihood = null) => new()
    {
        LatentDim = L,
        Encoder = new Mlp.Config { Hidden = [], Centre = centre },
        Posterior = new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared },
        Decoder = new Mlp.Config { Hidden = [], Centre = centre },
        Likelihood = likelihood ?? new NormalLikelihood.Config(),
        Prior = prior ?? new StandardNormal.Config(),
    };

    private static LatentVariableModel Model(LinearVae vae)
    {
        var model = Small.Model(Linear((int)vae.Weight.Shape[1], prior: new LearnedNormal.Config()), (int)vae.Weight.Shape[0]);
        model.Load(new Dictionary<string, Tensor>
        {
            ["encoder.0.weight"] = vae.EncoderWeight, ["encoder.0.bias"] = vae.EncoderBias, ["posterior.logVar"] = vae.PosteriorVariance.Log(),
            ["decoder.0.weight"] = vae.Weight, ["decoder.0.bias"] = vae.Bias, ["likelihood.logVar"] = Tensor.From(Math.Log(vae.Variance)), ["prior.logVar"] = vae.PriorVariance.Log(),
        });
        return model;
    }

    private static LinearVae GoldenCase() => new(
        Tensor.From([0.8, 0.3], [2, 1]), Tensor.From(0.05, 0.4), 0.5, Tensor.From([0.5, -0.2], [1, 2]), Tensor.From(0.1), Tensor.From(0.2), Tensor.From(1.3));

    private static LinearVae Random(ulong seed, int D, int H) => new(
        Small.Normal(seed, D, H), Small.Normal(seed + 10, D), 0.7, Small.Normal(seed + 20, H, D), Small.Normal(seed + 30, H), Small.Normal(seed + 40, H).Exp(), Small.Normal(seed + 50, H).Exp());

    // Rows ± √(D λ_d) e_d around a mean that is not zero.
    private static Tensor WithCovariance(double[] eigenvalues)
    {
        var steps = (Tensor.From(eigenvalues) * eigenvalues.Length).Sqrt().DiagEmbed();
        return Tensor.Cat(0, steps, -steps) + Tensor.Arange(1, eigenvalues.Length + 1, DType.Float64);
    }

    // Posterior means exact, variances those of the best diagonal Gaussian: one over the diagonal of the precision.
    private static LinearVae BestEncoder(LinearVae vae)
    {
        var precision = Tensor.Eye(2, DType.Float64) + vae.Weight.T.Matmul(vae.Weight) / vae.Variance;
        var V = precision.Solve(vae.Weight.T) / vae.Variance;
        return vae with { EncoderWeight = V, EncoderBias = -V.Matmul(vae.Bias.Unsqueeze(1)).Squeeze(1), PosteriorVariance = 1 / precision.Diagonal() };
    }
}
