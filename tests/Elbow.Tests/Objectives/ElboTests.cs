using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class ElboTests
{
    private const int L = 3, D = 4, B = 6;

    private static readonly Elbo.Config Plain = new();

    [Fact]
    public void Evaluate_Plain_IsReconstructionMinusKl()
    {
        using var scope = TensorScope.Open();
        var terms = Evaluate(Plain);
        Assert.Equal(0, (terms["elbo"] - (terms["reconstruction"] - terms["kl"])).Abs().Sum().ToDouble(), 1e-12);
        Assert.Equal(terms["elbo"].Mean().ToDouble(), terms.Objective.ToDouble(), 1e-12);
        Assert.Equal(0, Fault(new Elbo(Plain)), 1e-11);
    }

    // Faults of published code: a constant on the divergence that no option names, means over pixels or latents where the bound has sums, and log σ² taken for log σ.
    [Fact]
    public void Mutant_HiddenConstants_AreRejected()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(0, Fault(new Mutant((reconstruction, kl, _) => (reconstruction - kl).Mean())), 1e-11);
        Assert.True(Fault(new Mutant((reconstruction, kl, _) => (reconstruction - 0.00025 * kl).Mean())) > 1e-2);
        Assert.True(Fault(new Mutant((reconstruction, kl, _) => (reconstruction / D - kl).Mean())) > 1e-2);
        Assert.True(Fault(new Mutant((reconstruction, kl, _) => (reconstruction - kl / L).Mean())) > 1e-2);
        Assert.True(Fault(new Mutant((reconstruction, _, q) => (reconstruction - 0.5 * (q.Mean.Square() + (2 * q.LogVar).Exp() - 1 - 2 * q.LogVar).Sum(1L)).Mean())) > 1e-2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Evaluate_AnyNumberOfSamples_HasTermsOfShapeB(int samples)
    {
        using var scope = TensorScope.Open();
        foreach (var kl in Enum.GetValues<Elbo.KlEstimator>())
        {
            var terms = Evaluate(Plain with { Samples = samples, Kl = kl });
            Assert.Equal(["reconstruction", "kl", "elbo"], terms.Terms.Select(term => term.Name));
            Assert.All(terms.Terms, term => Assert.Equal(new Shape([B]), term.PerExample.Shape));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(4)]
    public void Evaluate_Beta_WeighsTheDivergenceInTheObjectiveAndNotInTheTerms(double beta)
    {
        using var scope = TensorScope.Open();
        var (plain, weighed) = (Evaluate(Plain), Evaluate(Plain with { Beta = beta }));
        Assert.Equal((plain["reconstruction"] - beta * plain["kl"]).Mean().ToDouble(), weighed.Objective.ToDouble(), 1e-12);
        Assert.Equal(plain["elbo"].ToArray<double>(), weighed["elbo"].ToArray<double>());
    }

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(5, 0.2 + 0.5 * (2 - 0.2))]
    [InlineData(10, 2)]
    [InlineData(40, 2)]
    public void Evaluate_WarmUp_IsBetaOfThatEpoch(double epoch, double beta)
    {
        using var scope = TensorScope.Open();
        var config = Plain with { Beta = 2, WarmUp = new WarmUp { Epochs = 10, Start = 0.2 } };
        Assert.Equal(Evaluate(Plain with { Beta = beta }).Objective.ToDouble(), Evaluate(config, epoch).Objective.ToDouble(), 1e-12);
        Assert.Equal(beta, config.WarmUp.At(epoch, 2), 1e-12);
    }

    [Fact]
    public void Evaluate_ManySamples_IsTheMeanOverSingleOnes()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var x = Small.Normal(1, 1, D);
        var rows = Draw(model, x.Expand(4000, D), Plain)["reconstruction"];
        var many = Draw(model, x, Plain with { Samples = 4000 })["reconstruction"];
        MonteCarlo.Agree(rows.Detach() - many.Detach(), 0, "reconstruction", standardErrors: 7);
    }

    [Theory]
    [InlineData("diagonalNormal")]
    [InlineData("fullNormal")]
    public void Evaluate_MonteCarloKl_AgreesWithTheClosedForm(string posterior)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L, posterior: ConfigVariants.OfKind<PosteriorConfig>(posterior)), D);
        var x = Small.Normal(1, 1, D).Expand(20_000, D);
        var exact = Draw(model, x, Plain)["kl"][0].ToDouble();
        MonteCarlo.Agree(Draw(model, x, Plain with { Kl = Elbo.KlEstimator.MonteCarlo })["kl"].Detach(), exact, "KL");
    }

    [Fact]
    public void Evaluate_FreeBitsBelowEveryLatent_ChangeNothing()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(Evaluate(Plain).Objective.ToDouble(), Evaluate(Plain with { FreeBits = 1e-9 }).Objective.ToDouble(), 1e-9);
    }

    [Fact]
    public void Evaluate_FreeBits_CountsMaxOfLambdaAndTheMeanDivergenceOfEachLatent()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var x = Small.Normal(1, B, D);
        var q = (Normal)model.Encode(x);
        var perLatent = q.WithEventAxes(0).KlTo(((Normal)model.Prior.Density()).WithEventAxes(0))!.Mean(0).ToArray<double>();
        var lambda = perLatent.Order().ElementAt(1) + 1e-6;
        var terms = Draw(model, x, Plain with { FreeBits = lambda });
        Assert.Equal(terms["reconstruction"].Mean().ToDouble() - perLatent.Sum(kl => Math.Max(lambda, kl)), terms.Objective.ToDouble(), 1e-10);
        Assert.Equal(perLatent.Sum(), terms["kl"].Mean().ToDouble(), 1e-10);
    }

    [Fact]
    public void Evaluate_FreeBitsAboveEveryLatent_LeaveTheDivergenceWithoutGradient()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var x = Small.Normal(1, B, D);
        Tensor[] parameters = [.. model.NamedParameters().Select(pair => pair.Value)];
        var free = Autograd.Grad(Draw(model, x, Plain with { FreeBits = 100 }).Objective, parameters);
        var none = Autograd.Grad(Draw(model, x, Plain with { Beta = 0 }).Objective, parameters);
        for (var k = 0; k < parameters.Length; k++) Assert.Equal(0, (free[k] - none[k]).Abs().Sum().ToDouble(), 1e-12);
    }

    [Fact]
    public void Evaluate_FreeBitsOfAFullPosterior_AreRefused()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L, posterior: new FullNormalPosterior.Config()), D);
        Assert.Contains("freeBits", Assert.Throws<InvalidOperationException>(() => Draw(model, Small.Normal(1, B, D), Plain with { FreeBits = 1 })).Message);
    }

    [Fact]
    public void Evaluate_EveryChoice_HasTheGradientOfFiniteDifferences()
    {
        using var scope = TensorScope.Open();
        Elbo.Config[] choices = [Plain, Plain with { Kl = Elbo.KlEstimator.MonteCarlo, Samples = 2, Beta = 0.5 }, Plain with { FreeBits = 0.1 }];
        foreach (var config in choices)
        {
            using var model = Small.Model(Small.Mlp(L), D);
            var x = Small.Normal(1, B, D);
            ParameterGradients.Check(model.NamedParameters(), () => Draw(model, x, config).Objective);
        }
    }

    // Golden case of methods/three-entropies.md 8.1, moved from VAE-2 to VAE-1 (2.6): nothing is scaled by a hidden constant.
    [Fact]
    public void Evaluate_KnownLinearModel_HasTheGoldenValue()
    {
        using var scope = TensorScope.Open();
        var alpha = Math.Sqrt(1.3);
        var known = new LinearGaussianModel(
            Tensor.From([0.8 * alpha, 0.3 * alpha], [2, 1]), Tensor.From(0.05, 0.4), Math.Sqrt(0.5), Tensor.From([0.5 / alpha, -0.2 / alpha], [1, 2]), Tensor.From(0.1 / alpha),
            Tensor.From([Math.Sqrt(0.2) / alpha], [1, 1]));
        using var model = known.Build();
        var x = Tensor.From([1.0, 0, 0, 2, -1, 1], [3, 2]);
        Assert.Equal(-3.3683335384, known.Elbo(x).Mean().ToDouble(), 1e-10);
        // ν ± τ are two points whose mean of a quadratic is its exact expectation.
        var q = (FullNormal)model.Encode(x);
        var step = q.Scale.Squeeze(-1);
        var pair = Tensor.Stack(0, q.Mean + step, q.Mean - step);
        var exact = model.Decode(pair).LogProb(x).Mean(0) - Kl.Exact(q, model.Prior.Density())!;
        Assert.Equal(-3.3683335384, exact.Mean().ToDouble(), 1e-10);
        for (var n = 0; n < 3; n++)
        {
            var draws = Draw(model, x.Narrow(0, n, 1).Expand(20_000, 2), Plain)["elbo"].Detach();
            MonteCarlo.Agree(draws, exact[n].ToDouble(), $"ELBO of example {n}");
        }
    }

    private static ObjectiveTerms Evaluate(Elbo.Config config, double epoch = double.PositiveInfinity) =>
        Draw(Small.Model(Small.Mlp(L), D), Small.Normal(1, B, D), config, epoch);

    private static ObjectiveTerms Draw(Elbow.Models.LatentVariableModel model, Tensor x, Elbo.Config config, double epoch = double.PositiveInfinity)
    {
        using var generator = new Generator(5);
        return new Elbo(config).Evaluate(model, x, new StepContext(epoch, generator));
    }

    // How far an objective is from log p(x|z) − KL with both written out from the weights, at the z it draws itself.
    private static double Fault(IObjective objective)
    {
        using var model = Small.Model(Small.Mlp(L), D);
        var x = Small.Normal(1, B, D);
        var q = (Normal)model.Encode(x);
        using var theirs = new Generator(5);
        var z = q.Mean + (0.5 * q.LogVar).Exp() * Tensor.Randn([B, L], theirs, DType.Float64);
        var logVar = model.NamedParameters().Single(pair => pair.Key == "likelihood.logVar").Value;
        var reconstruction = -0.5 * ((x - model.Decode(z).Mean).Square() / logVar.Exp() + logVar + Math.Log(2 * Math.PI)).Sum(1L);
        var kl = 0.5 * (q.Mean.Square() + q.LogVar.Exp() - 1 - q.LogVar).Sum(1L);
        using var mine = new Generator(5);
        return Math.Abs(objective.Evaluate(model, x, new StepContext(double.PositiveInfinity, mine)).Objective.ToDouble() - (reconstruction - kl).Mean().ToDouble());
    }

    private sealed class Mutant(Func<Tensor, Tensor, Normal, Tensor> weigh) : IObjective
    {
        public ObjectiveTerms Evaluate(Elbow.Models.LatentVariableModel model, Tensor x, StepContext context)
        {
            var terms = new Elbo(Plain).Evaluate(model, x, context);
            return new ObjectiveTerms(weigh(terms["reconstruction"], terms["kl"], (Normal)model.Encode(x)), [.. terms.Terms]);
        }
    }
}
