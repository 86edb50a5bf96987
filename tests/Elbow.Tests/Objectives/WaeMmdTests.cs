using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class WaeMmdTests
{
    private static readonly Elbow.Models.ModelConfig Deterministic = Small.Mlp(Compared.L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed }, new PointPosterior.Config());

    [Fact]
    public void Objective_SquaredError_IsScaledErrorMinusWeighedDiscrepancy()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Deterministic, Compared.D);
        var terms = Compared.Of(new WaeMmd.Config { Beta = 7, Reconstruction = ReconstructionKind.SquaredError, ReconstructionScale = 0.05 }, model, Deterministic).Terms;
        Assert.Equal(["reconstruction", "squaredError", "mmd"], terms.Terms.Select(term => term.Name));
        Assert.Equal((-0.05 * terms["squaredError"] - 7 * terms["mmd"]).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
        // A Gaussian of σ² = 1: log p = −½ error − constant.
        Assert.Equal(0, (terms["reconstruction"] + 0.5 * terms["squaredError"] + Compared.D * 0.5 * Math.Log(2 * Math.PI)).Abs().Sum().ToDouble(), 1e-10);
    }

    // s = .05 is the log-likelihood of σ² = 10: the same gradient.
    [Fact]
    public void Objective_ScaledSquaredError_IsAGaussianOfFixedWidth()
    {
        var wide = Deterministic with { Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = Math.Sqrt(10) } };
        using var scope = TensorScope.Open();
        using var model = Small.Model(wide, Compared.D);
        var squares = Compared.Of(new WaeMmd.Config { Reconstruction = ReconstructionKind.SquaredError, ReconstructionScale = 0.05 }, model, wide).Gradient;
        var likelihood = Compared.Of(new WaeMmd.Config(), model, wide).Gradient;
        for (var k = 0; k < squares.Length; k++) Assert.Equal(squares[k], likelihood[k], 1e-10);
    }

    [Fact]
    public void Evaluate_RandomEncoder_ReportsItsElboToo()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var terms = Compared.Of(new WaeMmd.Config(), model, Small.Mlp(Compared.L)).Terms;
        Assert.Equal(["reconstruction", "mmd", "kl", "elbo"], terms.Terms.Select(term => term.Name));
    }

    [Fact]
    public void Gradient_Always_IsThatOfFiniteDifferences()
    {
        Compared.MustHaveItsGradient(new WaeMmd.Config(), Deterministic);
        Compared.MustHaveItsGradient(new WaeMmd.Config { Reconstruction = ReconstructionKind.SquaredError, ReconstructionScale = 0.05 }, Deterministic);
    }

    [Fact]
    public void Misfits_SquaredErrorWithALearnedScale_IsRefused()
    {
        var config = new WaeMmd.Config { Reconstruction = ReconstructionKind.SquaredError };
        Assert.Contains(config.Misfits(Small.Mlp(2)), misfit => misfit.Key == "objective.reconstruction");
        Assert.Empty(config.Misfits(Deterministic));
    }

    [Fact]
    public void Evaluate_BatchOfOne_IsFinite()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Deterministic, 3);
        using var generator = new Generator(1);
        var objective = new WaeMmd.Config().Build(Small.Context(model, Deterministic));
        Assert.True(double.IsFinite(objective.Evaluate(model, Small.Normal(1, 1, 3), new StepContext(1, generator)).Objective.ToDouble()));
    }
}
