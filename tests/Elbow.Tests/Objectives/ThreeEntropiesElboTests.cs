using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using static Elbow.Objectives.ThreeEntropiesElbo;

namespace Elbow.Tests.Objectives;

public sealed class ThreeEntropiesElboTests
{
    private const int L = 3, D = 4, B = 6;

    private static readonly Config Plain = new();
    private static readonly ModelConfig Vae1 = Small.Mlp(L), Vae2 = Vae1 with { Prior = new LearnedNormal.Config { InitialLogVar = 1 } };

    public static TheoryData<string> Types => [.. AllTypes.Keys];

    private static Dictionary<string, ModelConfig> AllTypes => new(StringComparer.Ordinal)
    {
        ["VAE-0"] = Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = 0.7 }),
        ["VAE-1"] = Vae1,
        ["VAE-1d"] = Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.PerDimension }),
        ["VAE-2"] = Vae2,
        ["VAE-3"] = Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Decoder }),
        ["full posterior"] = Small.Mlp(L, posterior: new FullNormalPosterior.Config()),
    };

    [Fact]
    public void Evaluate_Plain_IsTheElbo()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Vae1, D);
        var (ours, elbo) = (Draw(model, Vae1, Plain with { Samples = 3 }), Draw(model, Vae1, new Elbo.Config { Samples = 3 }));
        Assert.Equal(elbo.Objective.ToDouble(), ours.Objective.ToDouble());
        Assert.Equal(elbo.Terms.Select(term => term.Name), ours.Terms.Select(term => term.Name));
        Assert.Equal(["reconstruction", "kl", "elbo", "entropySum", "entropyGap", "varianceGap", "momentGap"], ours.Terms.Select(term => term.Name));
        foreach (var (name, value) in elbo.Terms) Assert.Equal(value.ToArray<double>(), ours[name].ToArray<double>());
    }

    // methods/three-entropies.md 8.1: the identity holds at any parameters, example by example.
    [Theory, MemberData(nameof(Types))]
    public void Evaluate_EveryType_HasTheGapOfItsCauses(string type)
    {
        using var scope = TensorScope.Open();
        var parts = AllTypes[type];
        using var model = Small.Model(parts, D);
        foreach (var samples in new[] { 1, 5 })
        {
            var terms = Draw(model, parts, Plain with { Samples = samples });
            Assert.Equal(0, (terms["elbo"] - terms["entropySum"] - terms["entropyGap"]).Abs().Amax(0).ToDouble(), 1e-10);
            Assert.Equal(0, (terms["varianceGap"] + terms["momentGap"] - terms["entropyGap"]).Abs().Amax(0).ToDouble(), 1e-12);
            if (model.Encode(X) is not Normal q) continue;
            var logAlpha = ((Normal)model.Prior.Density()).LogVar;
            var moments = 0.5 * (1 - (q.Mean.Square() + q.LogVar.Exp()) / logAlpha.Exp()).Sum(1L);
            Assert.Equal(0, (moments - terms["momentGap"]).Abs().Amax(0).ToDouble(), 1e-10);
        }
    }

    // 8.5, with networks and samples.
    [Theory]
    [InlineData("VAE-2")]
    [InlineData("VAE-1d")]
    public void Evaluate_GradientsOfLogVariances_AreMinusTheGap(string type)
    {
        using var scope = TensorScope.Open();
        var parts = AllTypes[type];
        using var model = Small.Model(parts, D);
        var terms = Draw(model, parts, Plain with { Samples = 2 });
        var names = model.NamedParameters().Where(pair => pair.Key is "likelihood.logVar" or "prior.logVar").ToList();
        var minus = Autograd.Grad(-terms.Objective, [.. names.Select(pair => pair.Value)]).Sum(gradient => gradient.Sum().ToDouble());
        // With N(0, I) the second moments are no gradient of a variance: theirs is the virtual one.
        Assert.Equal(minus, terms[names.Count == 2 ? "entropyGap" : "varianceGap"].Mean().ToDouble(), 1e-10);
    }

    [Theory]
    [InlineData(VariancesBy.Gradient, UnitNormBy.Nothing, 0)]
    [InlineData(VariancesBy.Gradient, UnitNormBy.Regularize, 0)]
    [InlineData(VariancesBy.Profiled, UnitNormBy.Nothing, 0)]
    [InlineData(VariancesBy.Profiled, UnitNormBy.Regularize, 5)]
    public void Evaluate_EveryMode_HasTheGradientOfFiniteDifferences(VariancesBy variances, UnitNormBy unitNorm, double warmUp)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Vae2, D);
        var config = Plain with { Variances = variances, UnitNorm = unitNorm, Samples = 2, WarmUp = new() { Epochs = warmUp } };
        ParameterGradients.Check(model.NamedParameters(), () => Draw(model, Vae2, config, epoch: 2).Objective);
    }

    // 8.2: overwritten by their optima, the variances leave no gap on that batch with the same z.
    [Theory]
    [InlineData("VAE-2", 1)]
    [InlineData("VAE-2", 4)]
    [InlineData("VAE-1d", 2)]
    public void Prepare_Optimal_LeavesNoGapOnItsBatch(string type, int samples)
    {
        using var scope = TensorScope.Open();
        var parts = AllTypes[type];
        using var model = Small.Model(parts, D);
        var terms = PrepareAndDraw(model, parts, Plain with { Variances = VariancesBy.Optimal, Samples = samples });
        Assert.Equal(0, terms["varianceGap"].Mean().ToDouble(), 1e-12);
        if (type == "VAE-2") Assert.Equal(terms["elbo"].Mean().ToDouble(), terms["entropySum"].Mean().ToDouble(), 1e-12);
        var again = Autograd.Grad(terms.Objective, [((NormalLikelihood)model.Likelihood).LogVar!]);
        Assert.Equal(0, again[0].Abs().Sum().ToDouble());
    }

    // The envelope theorem: where a variance is at its optimum, how the optimum moves does not matter.
    [Theory]
    [InlineData("VAE-2", 0)]
    [InlineData("VAE-2", 10)]
    [InlineData("VAE-1", 0)]
    [InlineData("VAE-1d", 0)]
    public void Evaluate_Profiled_HasTheValueAndTheGradientsOfOptimal(string type, double warmUp)
    {
        using var scope = TensorScope.Open();
        var parts = AllTypes[type];
        using var model = Small.Model(parts, D);
        Tensor[] weights = [.. model.NamedParameters().Where(pair => !pair.Key.EndsWith("ihood.logVar", StringComparison.Ordinal) && !pair.Key.StartsWith("prior", StringComparison.Ordinal)).Select(pair => pair.Value)];
        var config = Plain with { Variances = VariancesBy.Optimal, WarmUp = new() { Epochs = warmUp } };
        var optimal = PrepareAndDraw(model, parts, config, epoch: 4);
        var profiled = PrepareAndDraw(model, parts, config with { Variances = VariancesBy.Profiled }, epoch: 4);
        Assert.Equal(optimal.Objective.ToDouble(), profiled.Objective.ToDouble(), 1e-11);
        foreach (var (a, b) in Autograd.Grad(optimal.Objective, weights).Zip(Autograd.Grad(profiled.Objective, weights)))
            Assert.Equal(0, (a - b).Abs().Sum().ToDouble(), 1e-9);
        if (warmUp == 0 && type == "VAE-2") Assert.Equal(profiled["entropySum"].Mean().ToDouble(), profiled.Objective.ToDouble(), 1e-11);
    }

    [Theory]
    [InlineData(VariancesBy.Optimal)]
    [InlineData(VariancesBy.Profiled)]
    public void Evaluate_Judged_IsTheElboOfTheModelAsItIs(VariancesBy variances)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Vae2, D);
        model.SetTraining(false);
        Assert.Equal(Draw(model, Vae2, Plain).Objective.ToDouble(), Draw(model, Vae2, Plain with { Variances = variances, UnitNorm = UnitNormBy.Regularize }).Objective.ToDouble());
    }

    [Fact]
    public void Prepare_Rescale_MakesUnitColumnsAndKeepsTheirDirections()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Vae2, D);
        var weight = model.NamedParameters().Single(pair => pair.Key == "decoder.0.weight").Value;
        var before = weight.Clone();
        PrepareAndDraw(model, Vae2, Plain with { UnitNorm = UnitNormBy.Rescale });
        Assert.All(weight.Norm(0).ToArray<double>(), norm => Assert.Equal(1, norm, 1e-12));
        Assert.Equal(0, (weight * before.Norm(0) - before).Abs().Sum().ToDouble(), 1e-12);
    }

    // The direction of the second-moment law: what is decoded stays, the moments become one, the bound rises.
    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Prepare_MomentStep_MovesTheScaleOfTheCodesAndNothingElse(double step)
    {
        using var scope = TensorScope.Open();
        foreach (var parts in new[] { Vae1, Diagnostics.LinearVaeTests.Linear(L) })
        {
            using var model = Small.Model(parts, D);
            var before = Draw(model, parts, Plain);
            var moments = Moments(model);
            var after = PrepareAndDraw(model, parts, Plain with { MomentStep = step });
            Assert.Equal(0, (before["reconstruction"] - after["reconstruction"]).Abs().Amax(0).ToDouble(), 1e-12);
            Assert.True(after["elbo"].Mean().ToDouble() > before["elbo"].Mean().ToDouble());
            foreach (var (now, then) in Moments(model).Zip(moments)) Assert.Equal(Math.Pow(then, 1 - step), now, 1e-12);
        }

        static double[] Moments(LatentVariableModel model)
        {
            var q = (Normal)model.Encode(X);
            return (q.Mean.Square() + q.LogVar.Exp()).Mean(0).ToArray<double>();
        }
    }

    [Fact]
    public void Evaluate_Regularize_SubtractsTheSquaredExcessOfSquaredLengths()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Vae2, D);
        var weight = model.NamedParameters().Single(pair => pair.Key == "decoder.0.weight").Value;
        var excess = weight.Square().Sum(0L).ToArray<double>().Sum(square => (square - 1) * (square - 1));
        var (plain, held) = (Draw(model, Vae2, Plain), Draw(model, Vae2, Plain with { UnitNorm = UnitNormBy.Regularize, Gamma = 2.5 }));
        Assert.Equal(plain.Objective.ToDouble() - 2.5 * excess, held.Objective.ToDouble(), 1e-10);
        Assert.Equal(plain["elbo"].ToArray<double>(), held["elbo"].ToArray<double>());
    }

    // 8.10: constant encoder variances, so nothing of the sum is random.
    [Fact]
    public void EntropySum_LinearModel_IsTheSameForEveryBatch()
    {
        using var scope = TensorScope.Open();
        var parts = Diagnostics.LinearVaeTests.Linear(2);
        using var model = Small.Model(parts, D);
        using var generator = new Generator(1);
        var objective = Plain.Build(Small.Context(model, parts));
        var sums = Enumerable.Range(1, 20).Select(k => objective.Evaluate(model, Small.Normal((ulong)k, 10, D), new StepContext(0, generator))["entropySum"]).ToList();
        Assert.Equal(0, Tensor.Cat(0, [.. sums]).Var([0]).ToDouble());
    }

    [Fact]
    public void Misfits_PartsThatCannotWork_AreNamed()
    {
        Assert.Empty(Plain.Misfits(Vae1));
        Assert.Empty(Plain.Misfits(AllTypes["VAE-0"]));
        Assert.Equal(["model.likelihood"], Keys(Plain, Vae1 with { Likelihood = new BernoulliLikelihood.Config() }));
        Assert.Equal(["model.posterior"], Keys(Plain, Vae1 with { Posterior = new PointPosterior.Config() }));
        Assert.Equal(["objective.variances"], Keys(Plain with { Variances = VariancesBy.Optimal }, AllTypes["VAE-3"]));
        Assert.Equal(["objective.variances"], Keys(Plain with { Variances = VariancesBy.Profiled }, AllTypes["VAE-0"]));
        Assert.Equal(["objective.variances"], Keys(Plain with { Variances = VariancesBy.Profiled }, AllTypes["full posterior"]));
        Assert.Equal(["objective.unitNorm"], Keys(Plain with { UnitNorm = UnitNormBy.Rescale }, Vae1));
        Assert.Equal(["objective.momentStep"], Keys(Plain with { MomentStep = 0.1 }, Vae2));
        Assert.Equal(["objective.warmUp.start"], Keys(Plain with { WarmUp = new() { Start = 0.1 } }, Vae1));

        static string[] Keys(Config config, ModelConfig parts) => [.. config.Misfits(parts).Select(misfit => misfit.Key)];
    }

    [Fact]
    public void Build_FixedSigma_IsAllowedWithAWord()
    {
        using var model = Small.Model(AllTypes["VAE-0"], D);
        var words = new List<string>();
        Plain.Build(Small.Context(model, AllTypes["VAE-0"]) with { Warn = words.Add });
        Assert.Contains("VAE-0", Assert.Single(words));
    }

    private static Tensor X => Small.Normal(1, B, D);

    private static ObjectiveTerms Draw(LatentVariableModel model, ModelConfig parts, ObjectiveConfig config, double epoch = double.PositiveInfinity)
    {
        using var generator = new Generator(5);
        return config.Build(Small.Context(model, parts)).Evaluate(model, X, new StepContext(epoch, generator));
    }

    private static ObjectiveTerms PrepareAndDraw(LatentVariableModel model, ModelConfig parts, Config config, double epoch = double.PositiveInfinity)
    {
        using var generator = new Generator(5);
        var objective = (IPrepares)config.Build(Small.Context(model, parts));
        var context = new StepContext(epoch, generator);
        objective.Prepare(model, X, context);
        return objective.Evaluate(model, X, context);
    }
}
