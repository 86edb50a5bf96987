using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Tests.Training;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

/// <summary>Known faults of VAE code, put into doubles: the property that holds for the real part must reject each.</summary>
public sealed class ThreeEntropiesFaultTests
{
    private const int L = 2, D = 3;

    [Fact]
    public void VarianceOfVae3_DependsOnZ_AndADoubleThatForgetsItIsRejected()
    {
        using var scope = TensorScope.Open();
        Assert.True(VarianceDependsOnZ(new NormalLikelihood.Config { Scale = ScaleOf.Decoder }.Build(D, Small.Init())));
        Assert.False(VarianceDependsOnZ(new VectorInPlaceOfAHead()));
        Assert.False(VarianceDependsOnZ(new NormalLikelihood.Config { Scale = ScaleOf.PerDimension }.Build(D, Small.Init())));
    }

    [Fact]
    public void LogVarianceHead_MovesAsAWholeWithItsOffset_AndAnActivatedDoubleIsRejected()
    {
        using var scope = TensorScope.Open();
        Assert.True(OffsetMovesEveryVariance(new DiagonalNormalPosterior.Config().Build(L, Small.Init())));
        Assert.False(OffsetMovesEveryVariance(new ActivatedHead()));
    }

    [Fact]
    public void Decoder_LogVarianceHead_MovesAsAWholeWithItsOffset()
    {
        using var scope = TensorScope.Open();
        var head = new NormalLikelihood.Config { Scale = ScaleOf.Decoder }.Build(D, Small.Init());
        var h = Small.Normal(1, 9, 2 * D) * 2;
        var moved = h + Tensor.Cat(0, Tensor.Zeros([D], DType.Float64), Tensor.Full(0.7, [D], DType.Float64));
        Assert.Equal(0, (((Normal)head.Given(moved)).LogVar - ((Normal)head.Given(h)).LogVar - 0.7).Abs().Amax(0, 1).ToDouble(), 1e-12);
    }

    [Fact]
    public void Beta_AtTheStartOfAWarmUp_TakesTheDivergenceAway_AndADoubleThatNeverAppliesItIsRejected()
    {
        using var scope = TensorScope.Open();
        var config = new ThreeEntropiesElbo.Config { WarmUp = new() { Epochs = 10 } };
        Assert.True(BetaIsApplied((model, parts) => config.Build(Small.Context(model, parts))));
        Assert.False(BetaIsApplied((model, parts) => new Deaf(config.Build(Small.Context(model, parts)))));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2.5, false)]
    public void WarmUp_AsLongAsTraining_IsRefused(double epochs, bool refused)
    {
        string[] settings = ["objective.kind=three-entropies", $"objective.warmUp.epochs={epochs}"];
        if (!refused) Assert.Equal(2.5, TinyRun.Config(settings).Objective.WarmUpEpochs);
        else Assert.Contains("never ends", Assert.Throws<ConfigException>(() => TinyRun.Config(settings)).Message);
    }

    private static bool VarianceDependsOnZ(ILikelihood head)
    {
        var h = Small.Normal(1, 9, head.OutputsPerDimension * D);
        var logVar = ((Normal)head.Given(h)).LogVar;
        return logVar.Shape[0] == 9 && logVar.Var([0]).Amin(0).ToDouble() > 1e-6;
    }

    // What the second-moment law rests on: one direction of the parameters multiplies τ_h(x) by the same factor for all x.
    private static bool OffsetMovesEveryVariance(IPosterior head)
    {
        var h = Small.Normal(1, 9, head.Outputs) * 2;
        var moved = h + Tensor.Cat(0, Tensor.Zeros([L], DType.Float64), Tensor.Full(0.7, [L], DType.Float64));
        var difference = ((Normal)head.Given(moved)).LogVar - ((Normal)head.Given(h)).LogVar;
        return (difference - 0.7).Abs().Amax(0, 1).ToDouble() < 1e-12;
    }

    private static bool BetaIsApplied(Func<LatentVariableModel, ModelConfig, IObjective> build)
    {
        var parts = Small.Mlp(L);
        using var model = Small.Model(parts, D);
        using var generator = new Generator(1);
        var terms = build(model, parts).Evaluate(model, Small.Normal(2, 5, D), new StepContext(0, generator));
        return Math.Abs(terms.Objective.ToDouble() - terms["reconstruction"].Mean().ToDouble()) < 1e-12;
    }

    private sealed class VectorInPlaceOfAHead : ILikelihood
    {
        public int OutputsPerDimension => 2;

        public IDistribution Given(Tensor h) => Normal.FromLogVar(h.Narrow(-1, 0, D), (h.Narrow(-1, D, D) * 0).Detach());
    }

    private sealed class ActivatedHead : IPosterior
    {
        public int Outputs => 2 * L;

        public IDistribution Given(Tensor h) => Normal.FromLogVar(h.Narrow(-1, 0, L), h.Narrow(-1, L, L).LeakyRelu());
    }

    // Asks for the terms as they are after the warm-up, always.
    private sealed class Deaf(IObjective inner) : IObjective
    {
        public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context) => inner.Evaluate(model, x, StepContext.Final(context.Generator));
    }
}
