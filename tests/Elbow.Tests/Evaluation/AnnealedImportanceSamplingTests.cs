using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class AnnealedImportanceSamplingTests
{
    private static readonly Annealing Short = new(Steps: 100, Chains: 32, Leapfrogs: 4);

    [Theory]
    [InlineData(AnnealFrom.Prior)]
    [InlineData(AnnealFrom.Posterior)]
    public void LogLikelihood_LinearGaussian_IsExactWithinThreeStandardErrors(AnnealFrom from)
    {
        using var scope = TensorScope.Open();
        var known = Wrong();
        using var model = known.Build();
        var x = known.Draw(7, 30);
        var (value, error, acceptance) = Run(model, x, Short with { From = from });
        var gaps = (value - known.LogMarginal(x)).ToArray<double>().Zip(error.ToArray<double>(), (gap, se) => gap / se).ToArray();
        Assert.All(gaps, gap => Assert.InRange(Math.Abs(gap), 0, 4.5));
        Assert.InRange(Math.Sqrt(gaps.Average(gap => gap * gap)), 0.5, 1.5);
        Assert.InRange(acceptance, 0.5, 0.85);
        // 30 examples together: the mean error is the root of the sum of squares over 30.
        var mean = (value - known.LogMarginal(x)).Mean().ToDouble();
        Assert.InRange(Math.Abs(mean), 0, 3 * Math.Sqrt(error.Square().Sum().ToDouble()) / 30);
    }

    [Fact]
    public void LogLikelihood_Weights_AreUnbiasedForTheLikelihoodWhateverTheStepsDo()
    {
        using var scope = TensorScope.Open();
        var known = Wrong();
        using var model = known.Build();
        var x = Small.Normal(3, 1, 3);
        // Four steps reach no posterior: E w = p(x) must hold all the same.
        var ratios = (Run(model, x.Expand(4000, 3), new Annealing(Steps: 4, Chains: 2, Leapfrogs: 2)).LogLikelihood - known.LogMarginal(x)).Exp();
        MonteCarlo.Agree(ratios, 1, "p̂(x)/p(x)");
    }

    [Fact]
    public void LogLikelihood_OneStepFromThePosterior_IsImportanceSampling()
    {
        using var scope = TensorScope.Open();
        var exact = LinearGaussianModel.WithExactPosterior(Small.Normal(1, 3, 2), Small.Normal(2, 3), 0.6);
        using var model = exact.Build();
        var x = Small.Normal(3, 5, 3);
        // With the exact posterior as proposal every weight is p(x) itself.
        var (value, _, acceptance) = Run(model, x, new Annealing(Steps: 1, Chains: 3, From: AnnealFrom.Posterior));
        Assert.Equal(0, (value - exact.LogMarginal(x)).Abs().Amax(0).ToDouble(), 1e-10);
        Assert.True(double.IsNaN(acceptance));
    }

    [Theory]
    [InlineData("standardNormal", 7)]
    [InlineData("mog", 30)]
    [InlineData("flow", 8)]
    [InlineData("laplace", 12)]
    public void LogLikelihood_SmallNetworkAndAnyPrior_IsTheIntegral(string kind, double border)
    {
        using var scope = TensorScope.Open();
        PriorConfig prior = kind switch
        {
            "mog" => new MixtureOfGaussians.Config { Components = 4, Multiplier = 2 },
            "flow" => new FlowPrior.Config { Hidden = [8], Layers = 2 },
            "laplace" => new LaplacePrior.Config(),
            _ => new StandardNormal.Config(),
        };
        using var model = Small.Model(Small.Mlp(2) with { Prior = prior }, 3);
        var x = Small.Normal(4, 3, 3);
        var exact = Integral(model, x, border);
        // Chains enough that a mode which holds a twentieth of them is seen by their standard error.
        var (value, error, _) = Run(model, x, new Annealing(Steps: 50, Chains: 128, Leapfrogs: 3));
        Assert.All((value - exact).ToArray<double>().Zip(error.ToArray<double>()), pair => Assert.InRange(Math.Abs(pair.First), 0, 4.5 * pair.Second + 1e-3));
    }

    [Fact]
    public void LogLikelihood_SmallNetwork_AgreesWithManyImportanceSamples()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 3);
        var x = Small.Normal(4, 6, 3);
        using var generator = new Generator(3);
        var sampled = ImportanceSampling.LogLikelihood(model, x, 50_000, generator);
        var (value, error, _) = Run(model, x, Short);
        Assert.All((value - sampled).ToArray<double>().Zip(error.ToArray<double>()), pair => Assert.InRange(Math.Abs(pair.First), 0, 4.5 * pair.Second + 0.01));
    }

    [Fact]
    public void LogLikelihood_PosteriorFarFromTheEncoder_IsFoundWhereImportanceSamplingFails()
    {
        using var scope = TensorScope.Open();
        var exact = LinearGaussianModel.WithExactPosterior(Small.Normal(1, 3, 2), Small.Normal(2, 3), 0.3);
        var lost = exact with { A = exact.A + 4, S = exact.S * 0.3 };
        using var model = lost.Build();
        var x = exact.Draw(5, 10);
        using var generator = new Generator(2);
        var sampled = (ImportanceSampling.LogLikelihood(model, x, 500, generator) - exact.LogMarginal(x)).Mean().ToDouble();
        var annealed = (Run(model, x, new Annealing(Steps: 150, Chains: 16, Leapfrogs: 4)).LogLikelihood - exact.LogMarginal(x)).Mean().ToDouble();
        Assert.True(sampled < -5, $"importance sampling misses by {sampled} only: the case is too easy");
        Assert.InRange(annealed, -0.3, 0.3);
    }

    [Fact]
    public void LogLikelihood_DeterministicEncoder_NeedsNoDensityFromThePrior()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(2, posterior: new PointPosterior.Config());
        using var model = Small.Model(parts, 3);
        var x = Small.Normal(4, 3, 3);
        Assert.True(Run(model, x, new Annealing(Steps: 5, Chains: 2)).LogLikelihood.IsFinite().All());
        Assert.Contains("deterministic", Assert.Throws<ArgumentException>(() => Run(model, x, new Annealing(Steps: 5, Chains: 2, From: AnnealFrom.Posterior))).Message);
    }

    [Fact]
    public void LogLikelihood_LatentsInLayers_AgreesWithImportanceSampling()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(3) with { Hierarchy = new TopDown.Config { Layers = [2, 1], Link = new Mlp.Config { Hidden = [4] } } }, 3);
        var x = Small.Normal(4, 4, 3);
        using var generator = new Generator(3);
        var reference = ImportanceSampling.LogLikelihood(model, x, 50_000, generator);
        var (value, error, _) = Run(model, x, Short);
        Assert.All((value - reference).ToArray<double>().Zip(error.ToArray<double>()), pair => Assert.InRange(Math.Abs(pair.First), 0, 4.5 * pair.Second + 0.01));
    }

    [Fact]
    public void LogLikelihood_NoGradientInZ_IsRefused()
    {
        using var scope = TensorScope.Open();
        var init = Small.Init();
        var config = Small.Mlp(2);
        var posterior = config.Posterior.Build(2, init);
        using var model = new LatentVariableModel(
            DataShape.Vector(3), 2, new Linear(3, posterior.Outputs, init), posterior, new Cut(new Linear(2, 3, init)), config.Likelihood.Build(3, init), new Flat());
        Assert.Contains("no gradient", Assert.Throws<ArgumentException>(() => Run(model, Small.Normal(1, 2, 3), new Annealing(Steps: 5, Chains: 2))).Message);
    }

    [Fact]
    public void LogLikelihood_SameSeed_IsTheSameAndParametersGetNoGradient()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 3);
        var x = Small.Normal(4, 3, 3);
        var settings = new Annealing(Steps: 10, Chains: 4, Leapfrogs: 2);
        var (first, again) = (Run(model, x, settings).LogLikelihood, Run(model, x, settings).LogLikelihood);
        Assert.Equal(first.ToArray<double>(), again.ToArray<double>());
        Assert.False(first.RequiresGrad);
        Assert.All(model.NamedParameters(), parameter => Assert.Null(parameter.Value.Gradient));
    }

    [Fact]
    public void At_AnyBeta_HasTheGradientOfItsLogDensity()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2) with { Prior = new MixtureOfGaussians.Config { Components = 3 } }, 3);
        var x = Small.Normal(4, 3, 3);
        foreach (var from in new[] { AnnealFrom.Prior, AnnealFrom.Posterior })
        {
            var path = new AnnealingPath(model, x, from);
            var z = Small.Normal(5, 2, 3, 2);
            foreach (var beta in new[] { 0, 0.3, 1 })
            {
                var gradient = path.At(z, beta).Gradient;
                const double h = 1e-5;
                for (var l = 0; l < 2; l++)
                {
                    var step = Tensor.From(l == 0 ? new[] { h, 0 } : [0, h]);
                    var numeric = (path.At(z + step, beta).LogDensity - path.At(z - step, beta).LogDensity) / (2 * h);
                    Assert.Equal(0, (numeric - gradient.Select(-1, l)).Abs().Amax(0, 1).ToDouble(), 1e-7);
                }
            }
            Assert.Equal(0, (path.At(z, 0.7).Slope - path.Slope(z)).Abs().Amax(0, 1).ToDouble(), 1e-12);
        }
    }

    [Fact]
    public void Beta_OfTheWay_RisesFromZeroToOneSlowestAtTheEnds()
    {
        var betas = Enumerable.Range(0, 101).Select(t => Annealing.Beta(t / 100.0)).ToArray();
        Assert.Equal((0, 1, 0.5), (betas[0], betas[100], Math.Round(betas[50], 12)));
        var rises = betas.Zip(betas.Skip(1), (a, b) => b - a).ToArray();
        Assert.All(rises, rise => Assert.True(rise > 0));
        Assert.True(rises[0] < 0.15 * rises[50] && rises[99] < 0.15 * rises[50], $"{rises[0]}, {rises[50]}, {rises[99]}");
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void LogLikelihood_NothingAsked_IsRefused(int steps, int chains, int leapfrogs)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(model, Small.Normal(4, 3, 3), new Annealing(steps, chains, leapfrogs)));
    }

    internal static LinearGaussianModel Wrong()
    {
        var exact = LinearGaussianModel.WithExactPosterior(Small.Normal(1, 3, 2), Small.Normal(2, 3), 0.6);
        return exact with { A = exact.A + 0.3, S = exact.S * 1.25 };
    }

    // log ∫ p(z) p(x|z) dz by the midpoint rule, which is as good as exact for smooth integrands that vanish at the borders.
    private static Tensor Integral(LatentVariableModel model, Tensor x, double border)
    {
        using var frozen = Autograd.NoGrad();
        const double width = 0.1;
        var points = (long)(2 * border / width);
        var axis = (Tensor.Arange(0, points).To(DType.Float64) + 0.5) * width - border;
        var z = Tensor.Stack(-1, axis.Unsqueeze(1).Expand(points, points), axis.Unsqueeze(0).Expand(points, points)).Reshape(-1, 1, 2);
        var logPz = model.Prior.Density().LogProb(z);
        Assert.Equal(1, logPz.Exp().Sum().ToDouble() * width * width, 2e-3);
        return (logPz + model.Decode(z).LogProb(x)).LogSumExp(0) + 2 * Math.Log(width);
    }

    private static AnnealedLikelihood Run(LatentVariableModel model, Tensor x, Annealing settings)
    {
        using var generator = new Generator(9);
        return AnnealedImportanceSampling.LogLikelihood(model, x, settings, generator);
    }

    private sealed class Cut(ILayer inner) : ILayer
    {
        public Tensor Forward(Tensor x) => inner.Forward(x).Detach();
    }

    // Draws like a Gaussian, with a density whose gradient is cut off.
    private sealed class Flat : IPrior, IDistribution
    {
        public int EventAxes => 1;

        public bool Reparameterised => false;

        public Tensor Mean => Tensor.Zeros([2], DType.Float64);

        public IDistribution Density() => this;

        public Tensor Sample(Generator generator, long? count = null) => Tensor.Randn([count ?? 1, 2], generator, DType.Float64);

        public Tensor LogProb(Tensor x) => -0.5 * x.Detach().Square().Sum(-1L);
    }
}
