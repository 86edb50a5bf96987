using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class RaeL2Tests
{
    private static readonly Elbow.Models.ModelConfig Parts = Small.Mlp(Compared.L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed }, new PointPosterior.Config());

    [Fact]
    public void Objective_Always_HasBothPenalties()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Parts, Compared.D);
        var terms = Compared.Of(new RaeL2.Config { Beta = 0.3, DecoderL2 = 0.02 }, model, Parts).Terms;
        Assert.Equal(["reconstruction", "codes", "weights"], terms.Terms.Select(term => term.Name));
        Assert.Equal((terms["reconstruction"] - 0.3 * terms["codes"] - 0.02 * terms["weights"]).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
        var z = model.Encode(Small.Normal(1, Compared.B, Compared.D)).Mean;
        Assert.Equal(0, (terms["codes"] - 0.5 * z.Square().Sum(1L)).Abs().Sum().ToDouble(), 1e-12);
        var squares = model.NamedParameters().Where(pair => pair.Key.StartsWith("decoder", StringComparison.Ordinal)).Sum(pair => pair.Value.Square().Sum().ToDouble());
        Assert.Equal(squares, terms["weights"][0].ToDouble(), 1e-12);
    }

    [Fact]
    public void Gradient_Always_IsThatOfFiniteDifferences()
    {
        Compared.MustHaveItsGradient(new RaeL2.Config { Beta = 0.3, DecoderL2 = 0.02 }, Parts);
        Compared.MustHaveItsGradient(new RaeL2.Config { Beta = 0.3, Reconstruction = ReconstructionKind.SquaredError }, Parts);
    }

    [Fact]
    public void SamplingDensity_AfterAnEpoch_IsTheGaussianOfItsCodes()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Parts, Compared.D);
        using var objective = (RaeL2)new RaeL2.Config().Build(Small.Context(model, Parts));
        using var generator = new Generator(1);
        Assert.Equal(1, ((FullNormal)objective.SamplingDensity(model)).Scale[0][0].ToDouble(), 1e-5);
        var x = Small.Normal(1, 40, Compared.D) * 3;
        foreach (var part in x.Chunk(4, 0)) objective.Evaluate(model, part, new StepContext(0, generator));
        objective.SetTraining(false);
        objective.Evaluate(model, x + 100, new StepContext(0, generator));
        objective.SetTraining(true);
        using var judged = new TermStatistics();
        objective.EpochEnded(model, judged);
        var z = model.Encode(x).Mean;
        var centred = z - z.Mean(0);
        var density = (FullNormal)objective.SamplingDensity(model);
        Assert.Equal(0, (density.Mean - z.Mean(0)).Abs().Sum().ToDouble(), 1e-10);
        var covariance = centred.T.Matmul(centred) / 40;
        Assert.Equal(0, (density.Scale.Matmul(density.Scale.T) - covariance).Abs().Amax(0, 1).ToDouble(), 2e-6 * covariance.Diagonal().Amax(0).ToDouble() + 1e-9);
        var draws = density.Sample(generator, 5);
        Assert.Equal(new Shape([5, Compared.L]), draws.Shape);
        // The next epoch starts from nothing.
        objective.Evaluate(model, x.Narrow(0, 0, 10), new StepContext(1, generator));
        objective.EpochEnded(model, judged);
        Assert.Equal(0, (objective.SamplingDensity(model).Mean - model.Encode(x.Narrow(0, 0, 10)).Mean.Mean(0)).Abs().Sum().ToDouble(), 1e-10);
    }

    [Fact]
    public void SamplingDensity_CodesThatDoNotMove_CanBeDrawnFrom()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Parts, Compared.D);
        using var objective = (RaeL2)new RaeL2.Config().Build(Small.Context(model, Parts));
        using var generator = new Generator(1);
        objective.Evaluate(model, Small.Normal(1, 1, Compared.D).Expand(9, Compared.D), new StepContext(0, generator));
        using var judged = new TermStatistics();
        objective.EpochEnded(model, judged);
        Assert.True(objective.SamplingDensity(model).Sample(generator, 3).IsFinite().All());
    }

    [Fact]
    public void Misfits_RandomEncoder_IsRefused() => Assert.Contains(new RaeL2.Config().Misfits(Small.Mlp(2)), misfit => misfit.Key == "model.posterior");
}
