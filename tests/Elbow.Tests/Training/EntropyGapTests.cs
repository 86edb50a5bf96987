using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>What becomes of the gap when a model is trained, and training that ends by it.</summary>
[Collection(Alone.Name)]
public sealed class EntropyGapTests
{
    private const int L = 2, D = 4, N = 24, Steps = 1500;

    // methods/three-entropies.md 8.7: no variance of the prior is learned, and yet the codes end with second moments of one.
    [Fact]
    public void Ascent_Vae1_EndsWithUnitSecondMomentsAndTheNoiseOfItsResiduals()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L);
        using var model = Small.Model(parts, D);
        var terms = Ascend(model, parts);
        Assert.Equal(0, terms["varianceGap"].Mean().ToDouble(), 1e-5);
        var q = (Elbow.Distributions.Normal)model.Encode(Data());
        Assert.All((q.Mean.Square() + q.LogVar.Exp()).Mean(0).ToArray<double>(), m => Assert.Equal(1, m, 1e-4));
        Assert.Equal(terms["elbo"].Mean().ToDouble(), terms["entropySum"].Mean().ToDouble(), 1e-4);
    }

    [Theory]
    [InlineData("VAE-2")]
    [InlineData("VAE-3")]
    public void Ascent_OtherTypes_EndsInTheEntropySum(string type)
    {
        using var scope = TensorScope.Open();
        var parts = type == "VAE-2" ? Small.Mlp(L) with { Prior = new LearnedNormal.Config() } : Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Decoder });
        using var model = Small.Model(parts, D);
        var terms = Ascend(model, parts);
        Assert.Equal(terms["elbo"].Mean().ToDouble(), terms["entropySum"].Mean().ToDouble(), type == "VAE-2" ? 1e-4 : 0.02);
    }

    // 8.8
    [Fact]
    public void Ascent_FixedSigma_KeepsTheGapOfItsResiduals()
    {
        using var scope = TensorScope.Open();
        const double variance = 0.25;
        var parts = Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = 0.5 });
        using var model = Small.Model(parts, D);
        var terms = Ascend(model, parts);
        using var generator = new Generator(3);
        var z = model.Encode(Data()).Sample(generator, 8);
        var squares = (Data() - model.Decode(z).Mean).Square().Sum(-1L).Mean().ToDouble();
        var expected = 0.5 * D * (1 - squares / (D * variance));
        Assert.Equal(expected, terms["entropyGap"].Mean().ToDouble(), 1e-4);
        Assert.True(Math.Abs(expected) > 0.1, $"the control has a gap of only {expected}");
    }

    [Fact]
    public void Run_EntropyGapRule_StopsAfterThatManyEpochsWithASmallGap()
    {
        using var run = new TinyRun("training.epochs=400", "training.optimizer.lr=0.02", "training.earlyStopping.rule=entropyGap", "training.earlyStopping.patience=4", "training.earlyStopping.tolerance=0.2", "data.validation=0");
        run.Train();
        Assert.True(run.State.Completed && run.State.Epoch < 400, $"stopped after {run.State.Epoch}");
        var stopped = Assert.Single(run.Events.OfType<EarlyStopped>());
        Assert.Contains("entropies", stopped.Reason);
        var gaps = run.Events.OfType<EpochCompleted>().Select(epoch => Math.Abs(epoch.Splits["train"]["entropyGap"].Mean / epoch.Splits["train"]["elbo"].Mean)).ToList();
        Assert.All(gaps.TakeLast(5), gap => Assert.True(gap < 0.2));
        Assert.False(Enumerable.Range(0, gaps.Count - 5).Any(k => gaps.Skip(k).Take(5).All(gap => gap < 0.2)), "it could have stopped before");
    }

    [Fact]
    public void Observe_EntropyGapDuringWarmUp_DoesNotCount()
    {
        var stopping = new EarlyStopping(new EarlyStopping.Config { Rule = EarlyStopping.StopRule.EntropyGap, Patience = 1, Tolerance = 0.1 }, 3);
        foreach (var (epoch, gap, stop) in new[] { (1, 0.01, false), (2, 0.01, false), (3, 0.01, false), (4, 0.01, false), (5, 0.2, false), (6, 0.01, false), (7, double.NaN, false), (8, 0.01, false), (9, 0.01, true) })
        {
            stopping.Observe(epoch, -epoch, gap);
            Assert.Equal(stop, stopping.ShouldStop);
        }
        Assert.Equal(1, stopping.BestEpoch);
    }

    [Theory]
    [InlineData("model.likelihood.scale", "fixed", "model.likelihood.scale")]
    [InlineData("model.likelihood.kind", "laplace", "model.likelihood")]
    public void Config_EntropyGapWithoutALearnedGaussianDecoder_IsRefusedByName(string key, string value, string named)
    {
        var error = Assert.Throws<ConfigException>(() => TinyRun.Config("training.earlyStopping.rule=entropyGap", $"{key}={value}"));
        Assert.Contains("training.earlyStopping.rule", error.Message);
        Assert.Contains(named, error.Message);
        Assert.Contains("Gaussian decoder with learned variance", error.Message);
    }

    [Fact]
    public void Config_ToleranceOfTheOtherRule_IsRefused() => Assert.Contains("training.earlyStopping.tolerance",
        Assert.Throws<ConfigException>(() => TinyRun.Config("training.earlyStopping.tolerance=0.1")).Message);

    [Theory]
    [InlineData("objective.variances=gradient", "objective.unitNorm=rescale")]
    [InlineData("objective.variances=optimal", "objective.unitNorm=regularize")]
    [InlineData("objective.variances=profiled", "objective.warmUp.epochs=1.5")]
    public void Load_EveryMode_ContinuesToTheBit(string first, string second)
    {
        string[] settings = ["objective.kind=three-entropies", "model.prior.kind=learnedNormal", first, second, "training.earlyStopping.rule=entropyGap"];
        using var whole = new TinyRun(settings);
        using var parts = new TinyRun(settings);
        whole.Train();
        foreach (var step in new[] { 1, 4, 9 })
        {
            Assert.Equal(TrainingOutcome.Interrupted, parts.Train(stopAfter: step));
            parts.Resume();
        }
        parts.Train();
        Assert.Equal(whole.Everything(), parts.Everything());
        Assert.Equal(whole.Validation(), parts.Validation());
        Assert.Equal(whole.State.EarlyStopping.State.ToJsonString(), parts.State.EarlyStopping.State.ToJsonString());
    }

    // The same draws in every step make the objective a function with a stationary point; the theorem is one of such points.
    private static ObjectiveTerms Ascend(LatentVariableModel model, ModelConfig parts)
    {
        var objective = new ThreeEntropiesElbo.Config { Samples = 8 }.Build(Small.Context(model, parts));
        List<KeyValuePair<string, Tensor>> parameters = [.. model.NamedParameters()];
        using var optimizer = new Adam.Config().Build(parameters);
        const int steps = 3000;
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            optimizer.Step(Autograd.Grad(-Evaluate().Objective, [.. parameters.Select(pair => pair.Value)]), 0.02 * 0.5 * (1 + Math.Cos(Math.PI * step / steps)));
        }
        return Evaluate();

        ObjectiveTerms Evaluate()
        {
            using var generator = new Generator(3);
            return objective.Evaluate(model, Data(), StepContext.Final(generator));
        }
    }

    private static Tensor Data() => Small.Normal(1, N, L).Matmul(Small.Normal(2, L, D)).Tanh() + 0.3 * Small.Normal(3, N, D);
}
