using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Module = Elbow.Networks.Module;

namespace Elbow.Tests.Priors;

/// <summary>Gaussians, and densities with given numbers.</summary>
public sealed class GivenPriorTests
{
    private static readonly double[][] Corners = [[2, 2], [2, -2], [-2, 2], [-2, -2]];

    [Fact]
    public void LearnedNormal_InitialLogVar_IsThatOfTheDensity()
    {
        using var scope = TensorScope.Open();
        var prior = new LearnedNormal.Config { InitialLogVar = 1 }.Build(Small.PriorContext(3));
        var z = Small.Normal(1, 9, 3);
        var expected = Normal.FromLogVar(Tensor.Zeros([3], DType.Float64), Tensor.Ones([3], DType.Float64)).LogProb(z);
        Assert.Equal(expected.ToArray<double>(), prior.Density().LogProb(z).ToArray<double>());
        Assert.Equal(["logVar"], ((Module)prior).NamedParameters().Select(pair => pair.Key));
    }

    [Fact]
    public void LearnedNormal_Divergence_IsTheFormulaOfVae2()
    {
        using var scope = TensorScope.Open();
        var prior = (LearnedNormal)new LearnedNormal.Config { InitialLogVar = 0.4 }.Build(Small.PriorContext(2));
        var (nu, logTau) = (Small.Normal(1, 5, 2), Small.Normal(2, 5, 2));
        var expected = 0.5 * ((logTau.Exp() + nu.Square()) / Math.Exp(0.4) - 1 - logTau + 0.4).Sum(-1L);
        Assert.Equal(0, (Kl.Exact(Normal.FromLogVar(nu, logTau), prior.Density())! - expected).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void FullNormalPrior_AtTheStart_IsTheStandardNormalAndCanBecomeAnyGaussian()
    {
        using var scope = TensorScope.Open();
        var prior = (FullNormalPrior)new FullNormalPrior.Config { LearnMean = true }.Build(Small.PriorContext(2));
        var z = Small.Normal(1, 9, 2);
        Assert.Equal(0, (prior.Density().LogProb(z) - new StandardNormal(Small.PriorContext(2)).Density().LogProb(z)).Abs().Amax(0).ToDouble(), 1e-12);
        prior.Load(new Dictionary<string, Tensor> { ["mean"] = Tensor.From(1.0, 2), ["logDiagonal"] = Tensor.From(0.5, -0.5), ["below"] = Tensor.From([7.0, 7, 0.8, 7], [2, 2]) });
        var expected = new FullNormal(Tensor.From(1.0, 2), Tensor.From([Math.Exp(0.5), 0, 0.8, Math.Exp(-0.5)], [2, 2]));
        Assert.Equal(0, (prior.Density().LogProb(z) - expected.LogProb(z)).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void GivenMixture_WithoutMeans_IsTheFourCorners()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 9, 2) * 2;
        var sum = Corners.Select(corner => 0.25 * Normal.FromScale(Tensor.From(corner), Tensor.From(0.4)).LogProb(z).Exp()).Aggregate((a, b) => a + b);
        Assert.Equal(0, (new GivenMixture.Config().Build(Small.PriorContext(2)).Density().LogProb(z) - sum.Log()).Abs().Amax(0).ToDouble(), 1e-10);
    }

    [Fact]
    public void GivenMixture_UnequalParts_AreUsedEach()
    {
        using var scope = TensorScope.Open();
        var prior = new GivenMixture.Config { Means = [[1, 0, 0], [0, -1, 2]], Stds = [0.5, 2], Weights = [3, 1] }.Build(Small.PriorContext(3));
        var logVars = Tensor.From(2 * Math.Log(0.5), 2 * Math.Log(2)).Unsqueeze(1).Expand(2, 3);
        DensityLaws.IsTheSumOfItsComponents(prior.Density(), Tensor.From(3.0, 1).Log(), Tensor.From([1.0, 0, 0, 0, -1, 2], [2, 3]), logVars);
    }

    [Fact]
    public void GivenMixture_MeansOfAnotherLength_AreRefused() =>
        Assert.Contains("2 numbers for 3 latents", Assert.Throws<ArgumentException>(() => new GivenMixture.Config().Build(Small.PriorContext(3))).Message);

    [Theory, InlineData(2), InlineData(4)]
    public void Banana_Entropy_IsThatOfTheStandardNormal(int L)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var pz = new Banana.Config().Build(Small.PriorContext(L)).Density();
        MonteCarlo.Agree(-pz.LogProb(pz.Sample(generator, 20_000)), L / 2.0 * Math.Log(2 * Math.PI * Math.E), "entropy");
        var z = Small.Normal(1, 9, L);
        var second = z.Select(1, 1) - 0.5 * (z.Select(1, 0).Square() - 1);
        var rest = L > 2 ? z.Narrow(1, 2, L - 2).Square().Sum(-1L) : 0 * second;
        var expected = -0.5 * (z.Select(1, 0).Square() + second.Square() + rest + L * Math.Log(2 * Math.PI));
        Assert.Equal(0, (pz.LogProb(z) - expected).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void LaplaceGumbel_Entropy_IsTheSumOfBoth()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var pz = new LaplaceGumbel.Config().Build(Small.PriorContext(2)).Density();
        MonteCarlo.Agree(-pz.LogProb(pz.Sample(generator, 20_000)), 1 + Math.Log(2) + 1 + 0.57721566490153286, "entropy");
    }

    [Fact]
    public void StudentT_ManyDegrees_IsNearlyTheGaussian()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 9, 2);
        var difference = new StudentTPrior.Config { Degrees = 1e6 }.Build(Small.PriorContext(2)).Density().LogProb(z) - new StandardNormal(Small.PriorContext(2)).Density().LogProb(z);
        Assert.Equal(0, difference.Abs().Amax(0).ToDouble(), 1e-4);
    }

    [Fact]
    public void SoftUniform_HardWalls_IsNearlyTheBox()
    {
        using var scope = TensorScope.Open();
        var pz = new SoftUniformPrior.Config { Low = -1, High = 3, Softness = 1e-3 }.Build(Small.PriorContext(1)).Density();
        Assert.Equal(-Math.Log(4), pz.LogProb(Tensor.From(2.5)).ToDouble(), 1e-9);
        Assert.Equal(-1000 - Math.Log(4), pz.LogProb(Tensor.From(4.0)).ToDouble(), 1e-9);
    }

    [Fact]
    public void Samples_MixtureFit_FindsTheClustersTheyComeFrom()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(4);
        var truth = new GivenMixture.Config().Build(Small.PriorContext(2)).Density();
        var z = truth.Sample(generator, 4000);
        var context = Small.PriorContext(2) with { Samples = _ => z };
        var fresh = truth.Sample(generator, 5000);
        foreach (var (config, allowed) in new (SamplesPrior.Config, double)[]
        {
            (new() { Path = "z.npy", Components = 4 }, 0.01),
            (new() { Path = "z.npy", Density = SamplesPrior.Fit.Kernel, Points = 1000 }, 0.7),
        })
        {
            using var prior = (SamplesPrior)config.Build(context);
            var divergence = (truth.LogProb(fresh) - prior.Density().LogProb(fresh)).Mean().ToDouble();
            Assert.True(divergence > -0.005 && divergence < allowed, $"{prior.Surrogate}: {divergence} nats from the truth");
            Assert.Contains("z.npy", prior.Surrogate);
        }
    }

    // Silverman's width for each latent.
    [Fact]
    public void Samples_Kernels_HaveSilvermansWidthAtEachSample()
    {
        using var scope = TensorScope.Open();
        const int N = 60;
        var samples = Small.Normal(1, N, 2) * Tensor.From(1.0, 3);
        using var prior = (SamplesPrior)new SamplesPrior.Config { Path = "z.npy", Density = SamplesPrior.Fit.Kernel, Points = N }.Build(Small.PriorContext(2) with { Samples = _ => samples });
        var widths = samples.Var([0]).Sqrt() * Math.Pow(4.0 / (4 * N), 1.0 / 6);
        var z = Small.Normal(2, 30, 2) * 2;
        var wanted = Enumerable.Range(0, N).Select(n => Normal.FromScale(samples[n], widths).LogProb(z).Exp()).Aggregate((a, b) => a + b) / N;
        Assert.Equal(0, (prior.Density().LogProb(z) - wanted.Log()).Abs().Amax(0).ToDouble(), 1e-9);
    }

    [Fact]
    public void Samples_ThatDoNotFit_AreRefused()
    {
        using var scope = TensorScope.Open();
        Refused("3 numbers for 2 latents", Small.Normal(1, 100, 3));
        Refused("not finite", Small.Normal(1, 100, 2).Log());
        Refused("at least 48", Small.Normal(1, 40, 2));

        static void Refused(string why, Tensor samples) => Assert.Contains(why,
            Assert.Throws<ArgumentException>(() => new SamplesPrior.Config { Path = "z.npy" }.Build(Small.PriorContext(2) with { Samples = _ => samples })).Message);
    }
}
