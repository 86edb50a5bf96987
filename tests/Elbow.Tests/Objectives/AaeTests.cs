using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class AaeTests
{
    private static readonly Elbow.Models.ModelConfig Deterministic = Small.Mlp(Compared.L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed }, new PointPosterior.Config());
    private static readonly Aae.Config Config = new() { Discriminator = [8], Beta = 3 };

    [Fact]
    public void Objective_Always_IsReconstructionPlusWeighedAdversary()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Deterministic, Compared.D);
        var terms = Compared.Of(Config, model, Deterministic).Terms;
        Assert.Equal(["reconstruction", "adversary", "discriminator"], terms.Terms.Select(term => term.Name));
        Assert.Equal((terms["reconstruction"] + 3 * terms["adversary"]).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
        Assert.Equal(terms["discriminator"].Mean().ToDouble(), terms.Opponent!.ToDouble(), 1e-12);
        Assert.True(terms["adversary"].Amax(0).ToDouble() < 0 && terms["discriminator"].Amax(0).ToDouble() < 0);
    }

    [Fact]
    public void Opponent_Always_MovesTheDiscriminatorAndNothingElse()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Deterministic, Compared.D);
        using var objective = (Aae)Config.Build(Small.Context(model, Deterministic));
        using var generator = new Generator(1);
        var terms = objective.Evaluate(model, Small.Normal(1, Compared.B, Compared.D), new StepContext(1, generator));
        Assert.All(Compared.Gradient(terms.Opponent!, model), element => Assert.Equal(0, element));
        Assert.Contains(Compared.Gradient(terms.Opponent!, objective.Opponent), element => Math.Abs(element) > 1e-6);
        Assert.Equal(objective.NamedParameters().Count(), objective.Opponent.NamedParameters().Count());
    }

    // Which way round: a discriminator that learns takes codes for codes, so that log σ(d(z)), which the encoder ascends, falls.
    [Fact]
    public void Opponent_Learning_LowersTheAdversaryOfTheCodes()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Deterministic, Compared.D);
        using var objective = (Aae)Config.Build(Small.Context(model, Deterministic));
        Tensor[] weights = [.. objective.Opponent.NamedParameters().Select(pair => pair.Value)];
        var x = Small.Normal(1, 64, Compared.D) + 3;
        var before = Step(0);
        for (var step = 1UL; step < 200; step++) Step(step);
        var after = Step(200);
        Assert.True(after.Discriminator > before.Discriminator + 0.05 && after.Adversary < before.Adversary - 0.1, $"{before} {after}");

        (double Adversary, double Discriminator) Step(ulong seed)
        {
            using var one = TensorScope.Open();
            using var generator = new Generator(seed);
            var terms = objective.Evaluate(model, x, new StepContext(1, generator));
            using var frozen = Autograd.NoGrad();
            foreach (var (weight, gradient) in weights.Zip(Autograd.Grad(terms.Opponent!, weights))) weight.AddInPlace(gradient, 0.5);
            return (terms["adversary"].Mean().ToDouble(), terms["discriminator"].Mean().ToDouble());
        }
    }

    [Fact]
    public void Gradient_Always_IsThatOfFiniteDifferences() => Compared.MustHaveItsGradient(Config, Deterministic);

    // At its optimum a discriminator's log-odds are those of the densities: here −½z² + ½(z − 1)² for draws of N(0, 1) against N(1, 1).
    [Fact]
    public void Discriminator_Trained_FindsTheLogOddsOfTheDensities()
    {
        using var scope = TensorScope.Open();
        using var discriminator = new Discriminator(1, [], Small.Init());
        Tensor[] weights = [.. discriminator.NamedParameters().Select(pair => pair.Value)];
        var (first, second) = (Small.Normal(1, 4000, 1), Small.Normal(2, 4000, 1) + 1);
        for (var step = 0; step < 300; step++)
        {
            using var one = TensorScope.Open();
            foreach (var (weight, gradient) in weights.Zip(Autograd.Grad(discriminator.Score(first, second).Mean(), weights)))
            {
                using var frozen = Autograd.NoGrad();
                weight.AddInPlace(gradient, 3);
            }
        }
        foreach (var z in new[] { -1.0, 0, 0.5, 2 }) Assert.Equal(0.5 - z, discriminator.LogOdds(Tensor.From([z], [1, 1])).ToDouble(), 0.15);
    }
}
