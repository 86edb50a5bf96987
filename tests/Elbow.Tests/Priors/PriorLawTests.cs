using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Priors;

/// <summary>Laws of every registered prior: a new kind is covered by being registered.</summary>
public sealed class PriorLawTests
{
    public static TheoryData<string> Kinds => ConfigVariants.KindNames<PriorConfig>();

    [Theory, MemberData(nameof(Kinds))]
    public void Density_InThePlane_IntegratesToOne(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices(kind)) DensityLaws.IntegratesToOne(Build(config).Density(), Space(kind, config), Tolerance(kind));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Density_Draws_AgreeWithTheDensity(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices(kind)) DensityLaws.DrawsAgree(Build(config).Density(), Space(kind, config));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Density_OfOneEvent_HasTheShapesOfADistributionOverLatents(string kind)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        foreach (var config in Choices(kind))
        {
            var pz = Build(config).Density();
            Assert.Equal(1, pz.EventAxes);
            Assert.Equal(new Shape(2), pz.Mean.Shape);
            Assert.Equal(new Shape(2), pz.Sample(generator).Shape);
            Assert.Equal(new Shape(7, 2), pz.Sample(generator, 7).Shape);
            Assert.Equal(new Shape(3, 7), pz.LogProb(Small.Normal(1, 3, 7, 2)).Shape);
            Assert.Throws<ShapeException>(() => pz.LogProb(Small.Normal(1, 7, 1)));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void LogProb_InEveryParameter_HasTheGradientOfFiniteDifferences(string kind)
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(3, 6, 2);
        foreach (var config in Choices(kind))
        {
            // The model's own encoder: the VampPrior's gradient reaches its weights.
            using var model = Model(config);
            List<KeyValuePair<string, Tensor>> parameters = [.. model.NamedParameters().Where(pair => pair.Key.StartsWith("prior.", StringComparison.Ordinal))];
            if (config is VampPrior.Config or GtmVamp.Config) parameters.AddRange(model.NamedParameters().Where(pair => pair.Key.StartsWith("encoder.", StringComparison.Ordinal)));
            if (parameters.Count > 0) ParameterGradients.Check(parameters, () => (model.Prior.Density().LogProb(z) * Tensor.Arange(1, 7, DType.Float64)).Sum(), 1e-5);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Frozen_Prior_IsSavedButNotTrained(string kind)
    {
        using var scope = TensorScope.Open();
        var config = Choices(kind).First();
        if (config.GetType().GetProperty("Frozen") is not { } frozen)
        {
            Assert.Empty(Trained(config));
            return;
        }
        var still = (PriorConfig)ConfigVariants.With(config, frozen, true);
        Assert.NotEmpty(Trained(config));
        Assert.Empty(Trained(still));
        var z = Small.Normal(3, 6, 2);
        Assert.Equal(Build(config).Density().LogProb(z).ToArray<double>(), Build(still).Density().LogProb(z).ToArray<double>());
        Assert.Equal(Names(config), Names(still));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Elbo_WithTheMonteCarloDivergence_IsBelowTheImportanceSampledLikelihood(string kind)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(3);
        foreach (var config in Choices(kind))
        {
            using var model = Model(config);
            var x = Small.Uniform(4, 5, 4);
            var (reconstruction, kl, _) = ElboEstimator.PerExample(model, x, 200, generator);
            // 12. In expectation the estimate rises with the number of samples.
            double previous = (reconstruction - kl!).Mean().ToDouble();
            foreach (var (samples, repeats) in new[] { (10, 60), (200, 8) })
            {
                var estimate = Enumerable.Range(0, repeats).Average(_ => ImportanceSampling.LogLikelihood(model, x, samples, generator).Mean().ToDouble());
                Assert.True(estimate > previous - 0.02, $"{config}: {samples} samples give {estimate}, fewer gave {previous}");
                previous = estimate;
            }
            var terms = new Elbo(new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo, Samples = 400 }).Evaluate(model, x, StepContext.Final(generator));
            var expected = (reconstruction - kl!).Mean().ToDouble();
            Assert.Equal(expected, terms["elbo"].Mean().ToDouble(), 0.05 * Math.Abs(expected));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Divergence_FromAnyPrior_IsTheMutualInformationAndTheMismatch(string kind)
    {
        using var scope = TensorScope.Open();
        // 5. −Ω = mean KL(q(z|x) ‖ p) = I_q(x; z) + KL(q(z) ‖ p) ≥ I_q, all by quadrature.
        var space = Quadrature.Box((-9, 9, 200), (-9, 9, 200));
        var posterior = Normal.FromLogVar(Tensor.From([0.0, 1, 1, -0.5, -1, -1], [3, 2]), Tensor.From([-1.0, -2, 0, -1.5, -1, -0.5], [3, 2]));
        var aggregated = new Mixture(Tensor.Zeros([3], DType.Float64), posterior);
        var information = space.Integrate(z => -aggregated.LogProb(z).Exp() * aggregated.LogProb(z)) - posterior.Entropy().Mean().ToDouble();
        foreach (var config in Choices(kind))
        {
            var pz = Build(config).Density();
            var mismatch = space.Integrate(z => aggregated.LogProb(z).Exp() * (aggregated.LogProb(z) - pz.LogProb(z)));
            var divergence = space.Integrate(z => (posterior.LogProb(z.Unsqueeze(1)).Exp() * (posterior.LogProb(z.Unsqueeze(1)) - pz.LogProb(z).Unsqueeze(1))).Mean(1L));
            Assert.True(mismatch > -1e-6, $"{config}: KL(q(z) ‖ p) is {mismatch}");
            Assert.Equal(information + mismatch, divergence, 1e-6);
        }
    }

    /// <summary>Small versions of a kind, with every density it can have.</summary>
    private static IEnumerable<PriorConfig> Choices(string kind) => ConfigVariants.OfKind<PriorConfig>(kind) switch
    {
        VampPrior.Config vamp => [vamp with { Components = 5, Weighted = true }, vamp with { Components = 5, NotebookCompatible = true }],
        MixtureOfGaussians.Config mog => [mog with { Components = 3 }, mog with { Components = 3, NotebookCompatible = true }],
        Gtm.Config gtm => [gtm with { Hidden = [4], Side = 3 }, gtm with { Hidden = [4], Side = 3, NotebookCompatible = true }],
        GtmVamp.Config gtm => [gtm with { Hidden = [4], Side = 3 }, gtm with { Hidden = [4], Side = 3, NotebookCompatible = true }],
        FlowPrior.Config flow => [flow with { Hidden = [6] }, flow with { Hidden = [6], Coupling = FlowPrior.Kind.Spline, Bins = 4 }],
        SamplesPrior.Config samples => [samples with { Components = 3 }, samples with { Density = SamplesPrior.Fit.Kernel, Points = 20 }],
        LearnedNormal.Config normal => [normal with { LearnMean = true, InitialLogVar = 0.3 }],
        FullNormalPrior.Config normal => [normal with { LearnMean = true }],
        StudentTPrior.Config student => [student with { Degrees = 9 }],
        SoftUniformPrior.Config box => [box with { Softness = 0.2, High = 2 }],
        var config => [config],
    };

    private static IPrior Build(PriorConfig config) => config.Build(Small.PriorContext(2));

    private static LatentVariableModel Model(PriorConfig config)
    {
        var context = Small.PriorContext(2);
        return LatentVariableModel.Create(Small.Mlp(2) with { Prior = config }, DataShape.Vector(4), Small.Init(), context.Bounds, context.Examples, context.Samples);
    }

    private static IEnumerable<string> Trained(PriorConfig config) => (Build(config) as Elbow.Networks.Module)?.NamedParameters().Select(pair => pair.Key) ?? [];

    private static IEnumerable<string> Names(PriorConfig config) => ((Elbow.Networks.Module)Build(config)).NamedTensors().Select(pair => pair.Key).Order();

    private static Quadrature Space(string kind, PriorConfig config) => kind switch
    {
        // The density has a kink at every knot, where Simpson's rule needs short steps; outside the splines it is N(0, I).
        "flow" when config is FlowPrior.Config { Coupling: FlowPrior.Kind.Spline } => Quadrature.Box((-8.013, 7.987, 800), (-8.013, 7.987, 800)),
        "studentT" => Quadrature.Box((-60, 60, 600), (-60, 60, 600)),
        "gumbel" or "laplaceGumbel" or "laplace" => Quadrature.Box((-20, 28, 600), (-20, 28, 600)),
        "banana" => Quadrature.Box((-8, 8, 240), (-8, 32, 600)),
        "flow" or "samples" => Quadrature.Box((-24, 24, 480), (-24, 24, 480)),
        _ => Quadrature.Box((-12, 12, 360), (-12, 12, 360)),
    };

    // What lies beyond the box, the kink of a Laplace density, and the knots of a spline.
    private static double Tolerance(string kind) => kind is "laplace" or "laplaceGumbel" or "studentT" ? 1e-4 : kind == "flow" ? 5e-4 : 1e-6;
}
