using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class FactorVaeTests
{
    private static readonly FactorVae.Config Config = new() { Discriminator = [8] };

    [Fact]
    public void Objective_GammaZero_IsTheElbo() => Compared.MustAgree(Config with { Gamma = 0 }, new Elbo.Config());

    [Fact]
    public void Objective_Always_IsTheElboMinusWeighedCorrelation()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var terms = Compared.Of(Config with { Gamma = 4 }, model, Small.Mlp(Compared.L)).Terms;
        Assert.Equal(["reconstruction", "totalCorrelation", "discriminator", "kl", "elbo"], terms.Terms.Select(term => term.Name));
        Assert.Equal((terms["elbo"] - 4 * terms["totalCorrelation"]).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
        Assert.All(Compared.Gradient(terms.Opponent!, model), element => Assert.Equal(0, element));
    }

    // Written out with the draws of the same generator: exchanging codes and permuted codes would give other numbers.
    [Fact]
    public void Discriminator_CodesAgainstPermutedCodes_HasTheCodesAsTheTrueOnes()
    {
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        using var objective = (FactorVae)Config.Build(Small.Context(model, Small.Mlp(Compared.L)));
        var x = Small.Normal(3, 6, Compared.D);
        using Generator ours = new(5), theirs = new(5);
        var terms = objective.Evaluate(model, x, new StepContext(0, theirs));

        var z = model.Encode(x).Sample(ours);
        var permuted = FactorVae.Permuted(z, ours);
        var discriminator = (Discriminator)objective.Opponent;
        var score = 0.5 * discriminator.LogOdds(z).LogSigmoid() + 0.5 * (-discriminator.LogOdds(permuted)).LogSigmoid();
        Assert.NotEqual(z.ToArray<double>(), permuted.ToArray<double>());
        Assert.All(score.ToArray<double>().Zip(terms["discriminator"].ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(discriminator.LogOdds(z).ToArray<double>().Zip(terms["totalCorrelation"].ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Gradient_Always_IsThatOfFiniteDifferences() => Compared.MustHaveItsGradient(Config);

    [Fact]
    public void Permuted_EachLatent_IsTheSameNumbersInAnOrderOfItsOwn()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var z = Small.Normal(1, 50, 3);
        var found = FactorVae.Permuted(z, generator);
        Assert.Equal(z.Sort(0).Values.ToArray<double>(), found.Sort(0).Values.ToArray<double>());
        Assert.NotEqual(z.ToArray<double>(), found.ToArray<double>());
        // Rows do not stay together.
        Assert.NotEqual(
            (found.Select(1, 0).Unsqueeze(1) - z.Select(1, 0)).Abs().Argmin(1).ToArray<long>(), (found.Select(1, 1).Unsqueeze(1) - z.Select(1, 1)).Abs().Argmin(1).ToArray<long>());
    }

    // N(0, Σ) with correlation .8 has TC = −½ log(1 − .64) = .51: what a discriminator trained on permuted codes must find.
    [Fact]
    public void TotalCorrelation_TrainedDiscriminator_IsThatOfCorrelatedCodes()
    {
        using var scope = TensorScope.Open();
        const double rho = 0.8;
        using var discriminator = new Discriminator(2, [32], Small.Init());
        List<KeyValuePair<string, Tensor>> parameters = [.. discriminator.NamedParameters()];
        using var optimizer = new Elbow.Training.Adam.Config { Lr = 0.01 }.Build(parameters);
        using var generator = new Generator(1);
        for (var step = 0; step < 500; step++)
        {
            using var one = TensorScope.Open();
            var z = Codes(generator, 512);
            optimizer.Step(Autograd.Grad(-discriminator.Score(z, FactorVae.Permuted(z, generator)).Mean(), [.. parameters.Select(pair => pair.Value)]), 0.01);
        }
        Assert.InRange(discriminator.LogOdds(Codes(generator, 20_000)).Mean().ToDouble(), 0.51 - 0.08, 0.51 + 0.08);

        static Tensor Codes(Generator generator, long count)
        {
            var u = Tensor.Randn([count, 2], generator, DType.Float64);
            return Tensor.Stack(1, u.Select(1, 0), rho * u.Select(1, 0) + Math.Sqrt(1 - rho * rho) * u.Select(1, 1));
        }
    }

    [Fact]
    public void Misfits_DeterministicEncoder_IsRefused() => Assert.NotEmpty(Config.Misfits(Small.Mlp(2, posterior: new PointPosterior.Config())));
}
