using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class CorexTests
{
    private const int L = 3, D = 4, B = 6;

    private static readonly Corex.Config Plain = new();

    // methods/corex-anchorvae.md section 8, item 6.
    [Fact]
    public void Evaluate_PriorAsMarginals_IsTheElboWithItsGradients()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        Tensor[] parameters = [.. model.NamedParameters().Select(pair => pair.Value)];
        var (corex, elbo) = (Draw(model, Small.Mlp(L), Plain), Plainly(model, new Elbo.Config()));
        Assert.Equal(elbo["elbo"].ToArray<double>(), corex["corex"].ToArray<double>());
        Assert.Equal(elbo["elbo"].ToArray<double>(), corex["elbo"].ToArray<double>());
        var (a, b) = (Autograd.Grad(corex.Objective, parameters), Autograd.Grad(elbo.Objective, parameters));
        for (var k = 0; k < a.Length; k++) Assert.Equal(b[k].ToArray<double>(), a[k].ToArray<double>());
    }

    [Fact]
    public void Evaluate_Beta_IsThatOfTheElbo()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        Assert.Equal(Plainly(model, new Elbo.Config { Beta = 4 }).Objective.ToDouble(), Draw(model, Small.Mlp(L), Plain with { Beta = 4 }).Objective.ToDouble());
    }

    [Fact]
    public void Evaluate_DiscreteData_AddsTheEntropiesOfTheColumns()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L, new BernoulliLikelihood.Config());
        using var model = Small.Model(parts, D);
        // Column d has d + 1 ones among 8 rows.
        var rows = Tensor.From([.. Enumerable.Range(0, 8 * D).Select(k => k / D <= k % D ? 1.0 : 0.0)], [8, D]);
        using var objective = (Corex)Plain.Build(Small.Context(model, parts) with { Examples = count => rows });
        using var generator = new Generator(5);
        var terms = objective.Evaluate(model, rows, new StepContext(0, generator));
        var entropies = Enumerable.Range(1, D).Sum(ones => -(ones / 8.0 * Math.Log(ones / 8.0) + (8 - ones) / 8.0 * Math.Log((8 - ones) / 8.0)));
        Assert.All((terms["totalCorrelation"] - terms["corex"]).ToArray<double>(), constant => Assert.Equal(entropies, constant, 1e-12));
    }

    [Fact]
    public void OfColumns_EveryKindOfValues_IsTheEntropyOfTheHistogram()
    {
        using var scope = TensorScope.Open();
        var levels = Tensor.From([0.0, 1, 2, 1], [4, 1]);
        var expected = -(0.25 * Math.Log(0.25) * 2 + 0.5 * Math.Log(0.5));
        Assert.Equal(expected, DataEntropy.OfColumns(levels, new CategoricalLikelihood.Config { Levels = 3 })!.Value, 1e-12);
        Assert.Equal(expected, DataEntropy.OfColumns(levels / 255, new DiscretisedLogisticLikelihood.Config())!.Value, 1e-12);
        Assert.Equal(0, DataEntropy.OfColumns(levels * 0, new BernoulliLikelihood.Config())!.Value, 1e-12);
        Assert.Null(DataEntropy.OfColumns(levels, new NormalLikelihood.Config()));
    }

    // methods/corex-anchorvae.md 2.7: a_j = mean ν, s_j² = mean(τ² + (ν − a)²), then the rate is mean Σ ½ log(s²/τ²).
    [Fact]
    public void Evaluate_LearnedMarginals_AreBestAtTheMomentsOfTheCode()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = (Corex)(Plain with { Marginals = Corex.MarginalKind.Normal }).Build(Small.Context(model, Small.Mlp(L)));
        var q = (Normal)model.Encode(Small.Normal(1, B, D));
        var (nu, tau2) = (q.Mean.Detach(), q.LogVar.Detach().Exp());
        var a = nu.Mean(0);
        var s2 = (tau2 + (nu - a).Square()).Mean(0);
        objective.Load(new Dictionary<string, Tensor> { ["mean"] = a, ["logVar"] = s2.Log() });
        var terms = Draw(model, objective);
        Assert.Equal((0.5 * (s2 / tau2).Log()).Sum(1L).Mean().ToDouble(), terms["latentInformation"].Mean().ToDouble(), 1e-10);
        Assert.All(Autograd.Grad(terms.Objective, [.. objective.NamedParameters().Select(pair => pair.Value)]), gradient => Assert.Equal(0, gradient.Abs().Sum().ToDouble(), 1e-10));
        Assert.DoesNotContain("elbo", terms.Terms.Select(term => term.Name));
        Assert.Equal(a.ToArray<double>(), objective.SamplingDensity(model).Mean.ToArray<double>());
    }

    // The defect seen in published code: moments over the latents, not over the batch.
    [Fact]
    public void Evaluate_MarginalsFromMomentsOverLatents_AreWorse()
    {
        using var scope = TensorScope.Open();
        var q = Normal.FromLogVar(Small.Normal(1, B, L) + Tensor.From(0.0, 3, -3), Small.Normal(2, B, L) - 1);
        double Rate(Tensor mean, Tensor variance) => q.KlTo(Normal.FromLogVar(mean.Expand(B, L), variance.Log()))!.Mean().ToDouble();
        var right = Rate(q.Mean.Mean(0), (q.LogVar.Exp() + (q.Mean - q.Mean.Mean(0)).Square()).Mean(0));
        var wrong = Rate(q.Mean.Mean(1, keep: true), (q.LogVar.Exp() + (q.Mean - q.Mean.Mean(1, keep: true)).Square()).Mean(1, keep: true));
        Assert.True(wrong > right + 1);
    }

    [Fact]
    public void Evaluate_MixtureMarginals_MoveTheGaussiansWithoutTheModel()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = (Corex)(Plain with { Marginals = Corex.MarginalKind.Mixture }).Build(Small.Context(model, Small.Mlp(L)));
        var terms = Draw(model, objective);
        var rate = MixtureInformation.UpperOfEach((Normal)model.Encode(Small.Normal(1, B, D))).Sum(1L);
        Assert.Equal(rate.ToArray<double>(), terms["latentInformation"].ToArray<double>());
        Assert.Equal(terms["corex"].Mean().ToDouble(), terms.Objective.ToDouble(), 1e-14);
        Tensor[] parameters = [.. model.NamedParameters().Select(pair => pair.Value)];
        var (all, alone) = (Autograd.Grad(terms.Objective, parameters), Autograd.Grad(Draw(model, objective)["corex"].Mean(), parameters));
        for (var k = 0; k < all.Length; k++) Assert.Equal(alone[k].ToArray<double>(), all[k].ToArray<double>());
        Assert.All(Autograd.Grad(Draw(model, objective).Objective, [.. objective.NamedParameters().Select(pair => pair.Value)]), gradient => Assert.True(gradient.Abs().Sum().ToDouble() > 0));
    }

    [Fact]
    public void Evaluate_EveryChoice_HasTheGradientOfFiniteDifferences()
    {
        using var scope = TensorScope.Open();
        foreach (var marginals in new[] { Corex.MarginalKind.Prior, Corex.MarginalKind.Normal })
        {
            using var model = Small.Model(Small.Mlp(L), D);
            using var objective = (Corex)(Plain with { Marginals = marginals, Beta = 2 }).Build(Small.Context(model, Small.Mlp(L)));
            ParameterGradients.Check([.. model.NamedParameters(), .. objective.NamedParameters()], () => Draw(model, objective).Objective);
        }
        using var mixed = Small.Model(Small.Mlp(L), D);
        using var mixture = (Corex)(Plain with { Marginals = Corex.MarginalKind.Mixture }).Build(Small.Context(mixed, Small.Mlp(L)));
        ParameterGradients.Check(mixed.NamedParameters(), () => Draw(mixed, mixture).Objective);
    }

    // Item 2 through the objective itself: at the one-factor optimum it averages to TC(x) less the entropies.
    [Fact]
    public void Evaluate_OneFactorOptimum_AveragesToTheTotalCorrelation()
    {
        using var scope = TensorScope.Open();
        var code = GaussianCode.OneFactor(3, 1, 4);
        using var model = code.BuildOptimal();
        using var objective = (Corex)(Plain with { Marginals = Corex.MarginalKind.Normal }).Build(Small.Context(model, code.Parts));
        objective.Load(new Dictionary<string, Tensor> { ["mean"] = Tensor.Zeros([1], DType.Float64), ["logVar"] = code.Marginals.LogVar });
        using var generator = new Generator(2);
        var draws = objective.Evaluate(model, code.Draw(40_000, 1), new StepContext(0, generator))["corex"].Detach();
        MonteCarlo.Agree(draws, 0.3465735903 - code.SumOfEntropies, "bound");
        Assert.Equal(Elbow.Data.OneFactor.SumOfEntropies, code.SumOfEntropies, 1e-12);
        Assert.Equal(Elbow.Data.OneFactor.TotalCorrelation, code.Explained(), 1e-12);
    }

    [Fact]
    public void Evaluate_Stack_IsTheHierarchicalElboWithItsGradients()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(5) with { Hierarchy = new Stacked.Config { Layers = [3, 2], Link = new Mlp.Config { Hidden = [4] } } };
        using var model = Small.Model(parts, D);
        var (corex, elbo) = (Draw(model, parts, Plain), Plainly(model, new Elbo.Config()));
        Assert.Equal(elbo["elbo"].ToArray<double>(), corex["corex"].ToArray<double>());
        Tensor[] parameters = [.. model.NamedParameters().Select(pair => pair.Value)];
        var (a, b) = (Autograd.Grad(corex.Objective, parameters), Autograd.Grad(elbo.Objective, parameters));
        for (var k = 0; k < a.Length; k++) Assert.Equal(b[k].ToArray<double>(), a[k].ToArray<double>());
    }

    // Item 9: a stack of one layer is the flat model, whatever stands for the marginals.
    [Fact]
    public void Evaluate_StackOfOneLayer_IsTheFlatBoundToTheBit()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L);
        var layered = parts with { Hierarchy = new Stacked.Config { Layers = [L] } };
        using var flat = Small.Model(parts, D);
        using var stack = Small.Model(layered, D);
        foreach (var marginals in Enum.GetValues<Corex.MarginalKind>())
        {
            var config = Plain with { Marginals = marginals, Beta = 2 };
            Assert.Empty(config.Misfits(layered));
            var (a, b) = (Draw(flat, parts, config), Draw(stack, layered, config));
            Assert.Equal(a["corex"].ToArray<double>(), b["corex"].ToArray<double>());
            Assert.Equal(Compared.Gradient(a.Objective, flat), Compared.Gradient(b.Objective, stack));
        }
    }

    [Fact]
    public void Misfits_LatentsThatAreNotIndependent_AreRefusedByName()
    {
        Assert.Empty(Plain.Misfits(Small.Mlp(L)));
        Assert.Equal("model.posterior", Plain.Misfits(Small.Mlp(L, posterior: new FullNormalPosterior.Config())).Single().Key);
        Assert.Equal("model.hierarchy", Plain.Misfits(Small.Mlp(5) with { Hierarchy = new TopDown.Config { Layers = [3, 2] } }).Single().Key);
        var stack = Small.Mlp(5) with { Hierarchy = new Stacked.Config { Layers = [3, 2] } };
        Assert.Empty(Plain.Misfits(stack));
        Assert.Equal("objective.marginals", (Plain with { Marginals = Corex.MarginalKind.Mixture }).Misfits(stack).Single().Key);
        Assert.Equal("model.posterior", Plain.Misfits(stack with { Posterior = new FullNormalPosterior.Config() }).Single().Key);
    }

    [Fact]
    public void Build_PriorWithDependentLatents_IsRefusedByName()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L) with { Prior = new PseudoInputs.Config() };
        using var model = Small.Model(parts, D);
        Assert.Contains("model.prior", Assert.Throws<ArgumentException>(() => Plain.Build(Small.Context(model, parts))).Message);
    }

    [Fact]
    public void Build_ContinuousDataAndOwnMarginals_AreWorthAWord()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var words = new List<string>();
        var context = Small.Context(model, Small.Mlp(L)) with { Warn = words.Add };
        Plain.Build(context);
        Assert.Contains("only differences", Assert.Single(words));
        (Plain with { Marginals = Corex.MarginalKind.Mixture }).Build(context);
        Assert.Contains(words, word => word.Contains("model.prior", StringComparison.Ordinal));
        Assert.Contains("batch of 1", Assert.Throws<ArgumentException>(() => (Plain with { Marginals = Corex.MarginalKind.Mixture }).Build(context with { BatchSize = 1 })).Message);
    }

    private static ObjectiveTerms Draw(LatentVariableModel model, ModelConfig parts, Corex.Config config) => Draw(model, (Corex)config.Build(Small.Context(model, parts)));

    private static ObjectiveTerms Draw(LatentVariableModel model, IObjective objective)
    {
        using var generator = new Generator(5);
        return objective.Evaluate(model, Small.Normal(1, B, D), new StepContext(double.PositiveInfinity, generator));
    }

    private static ObjectiveTerms Plainly(LatentVariableModel model, Elbo.Config config) => Draw(model, new Elbo(config));
}
