using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Priors;

public sealed class MixtureOfGaussiansTests
{
    private static readonly double[] Weights = [0.3, 0.7], Means = [0, 0, 1, -1], Variances = [1, 0.25, 0.5, 2];

    private static readonly Quadrature Plane = Quadrature.Box((-9, 9, 400), (-12, 12, 400));

    [Fact]
    public void LogProb_GoldenMixture_IsTheJointValueAndNotTheProducts()
    {
        using var scope = TensorScope.Open();
        var z = Tensor.From(0.5, 0.2);
        var joint = Example(false).Density().LogProb(z).ToDouble();
        Assert.Equal(-1.9781350339, joint, 1e-10);
        Assert.NotEqual(-1.9090254126, joint, 1e-3);
        Assert.Equal(-1.9090254126, Example(true).Density().LogProb(z).ToDouble(), 1e-10);
    }

    [Fact]
    public void Sample_GoldenMixture_HasItsMeanAndCovariance()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(5);
        var z = Example(false).Density().Sample(generator, 50_000);
        var (a, b) = (z.Select(1, 0) - 0.7, z.Select(1, 1) + 0.7);
        MonteCarlo.Agree(a, 0, "mean 0");
        MonteCarlo.Agree(b, 0, "mean 1");
        MonteCarlo.Agree(a.Square(), 0.86, "variance 0");
        MonteCarlo.Agree(b.Square(), 1.685, "variance 1");
        MonteCarlo.Agree(a * b, -0.21, "covariance");
    }

    [Fact]
    public void LogProb_OneComponentAtTheOrigin_IsTheStandardNormal()
    {
        using var scope = TensorScope.Open();
        var prior = new MixtureOfGaussians.Config { Components = 1 }.Build(Small.PriorContext(3));
        Set(prior, Tensor.Zeros([1, 3], DType.Float64), Tensor.Zeros([1, 3], DType.Float64), Tensor.Zeros([1], DType.Float64));
        Same(new StandardNormal(Small.PriorContext(3)).Density(), prior.Density(), 3);
    }

    [Fact]
    public void LogProb_OneComponent_IsTheGaussian()
    {
        using var scope = TensorScope.Open();
        var prior = new MixtureOfGaussians.Config { Components = 1 }.Build(Small.PriorContext(3));
        var (mean, logVar) = (Small.Normal(1, 1, 3), Small.Normal(2, 1, 3));
        Set(prior, mean, logVar, Small.Normal(3, 1));
        Same(Normal.FromLogVar(mean[0], logVar[0]), prior.Density(), 3);
    }

    [Fact]
    public void LogProb_EqualComponents_IsThatOfOne()
    {
        using var scope = TensorScope.Open();
        var prior = new MixtureOfGaussians.Config { Components = 4 }.Build(Small.PriorContext(3));
        var (mean, logVar) = (Small.Normal(1, 3), Small.Normal(2, 3));
        Set(prior, mean.Expand(4, 3), logVar.Expand(4, 3), Small.Normal(3, 4));
        Same(Normal.FromLogVar(mean, logVar), prior.Density(), 3);
    }

    [Fact]
    public void LogProb_ComponentsInAnotherOrder_IsTheSame()
    {
        using var scope = TensorScope.Open();
        var (one, other) = (new MixtureOfGaussians.Config { Components = 4 }.Build(Small.PriorContext(3)), new MixtureOfGaussians.Config { Components = 4 }.Build(Small.PriorContext(3)));
        var (means, logVars, logWeights) = (Small.Normal(1, 4, 3), Small.Normal(2, 4, 3), Small.Normal(3, 4));
        Set(one, means, logVars, logWeights);
        Set(other, means.Flip(0), logVars.Flip(0), logWeights.Flip(0));
        Same(one.Density(), other.Density(), 3);
    }

    [Fact]
    public void LogProb_AnyParameters_IsTheSumOfItsComponents()
    {
        using var scope = TensorScope.Open();
        DensityLaws.IsTheSumOfItsComponents(Example(false).Density(), Tensor.From(Weights).Log(), Tensor.From(Means, [2, 2]), Tensor.From(Variances, [2, 2]).Log());
    }

    /// <summary>A log-sum-exp for each coordinate: normalised, so only these two laws see it.</summary>
    [Fact]
    public void Mutant_MixturePerDimension_IsRejectedByTheSumOfComponentsAndByItsDraws()
    {
        using var scope = TensorScope.Open();
        var faulty = new Mutant(Example(true).Density(), Example(false).Density());
        DensityLaws.IntegratesToOne(faulty, Plane);
        Rejects(() => DensityLaws.DrawsAgree(faulty, Plane));
        Rejects(() => DensityLaws.IsTheSumOfItsComponents(faulty, Tensor.From(Weights).Log(), Tensor.From(Means, [2, 2]), Tensor.From(Variances, [2, 2]).Log()));
    }

    /// <summary>exp(logVar) as the standard deviation of draws.</summary>
    [Fact]
    public void Mutant_VarianceAsStandardDeviation_IsRejectedByItsDraws()
    {
        using var scope = TensorScope.Open();
        var squared = new Mixture(Tensor.From(Weights).Log(), Normal.FromScale(Tensor.From(Means, [2, 2]), Tensor.From(Variances, [2, 2])));
        using var generator = new Generator(5);
        var draws = squared.Sample(generator, 50_000);
        MonteCarlo.Agree((draws.Select(1, 0) - 0.7).Square(), 0.685, "the mutant's variance 0");
        MonteCarlo.Agree((draws.Select(1, 1) + 0.7).Square(), 3.02875, "the mutant's variance 1");
        Rejects(() => DensityLaws.DrawsAgree(new Mutant(Example(false).Density(), squared), Plane));
    }

    /// <summary>The unspoilt double passes every law that rejects the others.</summary>
    [Fact]
    public void Mutant_OfNothing_PassesEveryLaw()
    {
        using var scope = TensorScope.Open();
        var sound = new Mutant(Example(false).Density(), Example(false).Density());
        DensityLaws.IntegratesToOne(sound, Plane);
        DensityLaws.DrawsAgree(sound, Plane);
    }

    [Fact]
    public void Fit_ByExpectationMaximisation_RaisesOmegaAndStaysBelowMinusInformation()
    {
        using var scope = TensorScope.Open();
        // 11. Fixed encoder, q(z) on the nodes of a quadrature: Ω = −CE[q(z), p] + H[q(z|x)] ≤ −I_q(x; z).
        var posterior = Normal.FromLogVar(Small.Normal(4, 5, 2) * 1.5, Small.Normal(5, 5, 2) - 1);
        var aggregated = new Mixture(Tensor.Zeros([5], DType.Float64), posterior);
        var side = Tensor.Linspace(-8, 8, 121, DType.Float64);
        var z = Tensor.Stack(-1, side.Unsqueeze(1).Expand(121, 121), side.Expand(121, 121)).Reshape(-1, 2);
        var q = aggregated.LogProb(z).Exp();
        var conditional = posterior.Entropy().Mean().ToDouble();
        var information = -((q * aggregated.LogProb(z)).Sum() / q.Sum()).ToDouble() - conditional;
        var fit = MixtureFit.Begin(z, Small.Normal(6, 3, 2));
        var before = double.NegativeInfinity;
        for (var step = 0; step < 30; step++)
        {
            (fit, var logDensity) = fit.Step(z, q, floor: 0);
            var omega = logDensity + conditional;
            Assert.True(omega >= before - 1e-12, $"step {step}: Ω fell from {before} to {omega}");
            Assert.True(omega <= -information + 1e-9, $"step {step}: Ω is {omega}, above {-information}");
            before = omega;
        }
        // The bound is reached by q(z) itself.
        Assert.Equal(-information, ((q * aggregated.LogProb(z)).Sum() / q.Sum()).ToDouble() + conditional, 1e-12);
    }

    // Monotone it would be with any weights held: they must move too.
    [Fact]
    public void Fit_ToClustersOfUnequalSize_FindsTheirWeights()
    {
        using var scope = TensorScope.Open();
        const int few = 300, many = 1200;
        var z = Tensor.Cat(0, Small.Normal(1, few, 2) * 0.5 - 3, Small.Normal(2, many, 2) * 0.5 + 3);
        var fit = MixtureFit.Run(z, Tensor.From([-1.0, 0, 1, 0], [2, 2]), 200);
        var weights = fit.LogWeights.Softmax(0).ToArray<double>();
        Assert.Equal([0.2, 0.8], weights, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    private static void Rejects(Action law) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(law);

    private static void Same(IDistribution expected, IDistribution found, int L)
    {
        var z = Small.Normal(9, 20, L);
        Assert.Equal(0, (expected.LogProb(z) - found.LogProb(z)).Abs().Amax(0).ToDouble(), 1e-12);
    }

    private static void Set(IPrior prior, Tensor means, Tensor logVars, Tensor logWeights) => ((Elbow.Networks.Module)prior).Load(
        new Dictionary<string, Tensor> { ["means"] = means, ["logVars"] = logVars, ["logWeights"] = logWeights });

    private static IPrior Example(bool notebook)
    {
        var prior = new MixtureOfGaussians.Config { Components = 2, NotebookCompatible = notebook }.Build(Small.PriorContext(2));
        Set(prior, Tensor.From(Means, [2, 2]), Tensor.From(Variances, [2, 2]).Log(), Tensor.From(Weights).Log());
        return prior;
    }
}
