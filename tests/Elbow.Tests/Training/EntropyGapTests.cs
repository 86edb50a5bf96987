using Elbow.Distributions;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>What becomes of the gap when a model is trained, and training that ends by it.</summary>
[Collection(Alone.Name)]
public sealed class EntropyGapTests
{
    private const int L = 2, D = 4, N = 24;

    // methods/three-entropies.md 2.4 and 8.7: why codes under N(0, I) end with second moments of one. Exact at any parameters.
    [Fact]
    public void Gradient_AlongTheScaleOfACode_IsItsSecondMomentLessOne()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L);
        using var model = Small.Model(parts, D);
        var p = model.NamedParameters().ToDictionary(pair => pair.Key, pair => pair.Value);
        string[] names = ["decoder.0.weight", "encoder.2.weight", "encoder.2.bias"];
        var gradients = Autograd.Grad(Evaluate(model, parts).Objective, [.. names.Select(name => p[name])]);
        var q = (Normal)model.Encode(Data());
        var moments = (q.Mean.Square() + q.LogVar.Exp()).Mean(0).ToArray<double>();
        for (var h = 0; h < L; h++)
        {
            // W_h e^ε, ν_h e^−ε, τ_h e^−ε; the encoder's last layer gives ν, then log τ².
            var along = (gradients[0].Select(1, h) * p[names[0]].Select(1, h)).Sum() - (gradients[1][h] * p[names[1]][h]).Sum() - gradients[2][h] * p[names[2]][h] - 2 * gradients[2][L + h];
            Assert.Equal(moments[h] - 1, along.ToDouble(), 1e-10);
        }
    }

    // The same for VAE-3: the offsets of log σ²(z) are free, and their gradients sum to what the calibration misses.
    [Fact]
    public void Gradient_OfTheOffsetsOfPredictedVariances_IsMinusTheVarianceGap()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Decoder });
        using var model = Small.Model(parts, D);
        var terms = Evaluate(model, parts);
        var bias = model.NamedParameters().Single(pair => pair.Key == "decoder.2.bias").Value;
        Assert.Equal(terms["varianceGap"].Mean().ToDouble(), -Autograd.Grad(terms.Objective, [bias])[0].Narrow(0, D, D).Sum().ToDouble(), 1e-10);
    }

    [Fact]
    public void Ascent_Vae1_TakesTheElboToTheEntropySum()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L);
        using var model = Small.Model(parts, D);
        var before = Evaluate(model, parts);
        Ascend(model, parts);
        var after = Evaluate(model, parts);
        Assert.True(Math.Abs(before["varianceGap"].Mean().ToDouble()) > 0.1);
        Assert.Equal(0, after["varianceGap"].Mean().ToDouble(), 0.005);
        Assert.Equal(after["elbo"].Mean().ToDouble(), after["entropySum"].Mean().ToDouble(), 0.05);
    }

    // 8.8
    [Fact]
    public void Ascent_FixedSigma_KeepsTheGapOfItsResiduals()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = 0.5 });
        using var model = Small.Model(parts, D);
        Ascend(model, parts);
        var terms = Evaluate(model, parts);
        using var generator = new Generator(3);
        var z = model.Encode(Data()).Sample(generator, 8);
        var squares = (Data() - model.Decode(z).Mean).Square().Sum(-1L).Mean().ToDouble();
        var expected = 0.5 * D * (1 - squares / (D * 0.25));
        Assert.Equal(expected, terms["varianceGap"].Mean().ToDouble(), 1e-10);
        Assert.Equal(expected, terms["entropyGap"].Mean().ToDouble(), 0.05);
        Assert.True(Math.Abs(expected) > 0.3, $"the control has a gap of only {expected}");
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

    private static void Ascend(LatentVariableModel model, ModelConfig parts)
    {
        List<KeyValuePair<string, Tensor>> parameters = [.. model.NamedParameters()];
        using var optimizer = new Adam.Config().Build(parameters);
        const int steps = 700;
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            optimizer.Step(Autograd.Grad(-Evaluate(model, parts).Objective, [.. parameters.Select(pair => pair.Value)]), 0.03 * (1 + Math.Cos(Math.PI * step / steps)));
        }
    }

    // The same draws every time make the objective a function with a stationary point; the theorem is one of such points.
    private static ObjectiveTerms Evaluate(LatentVariableModel model, ModelConfig parts)
    {
        using var generator = new Generator(3);
        return new ThreeEntropiesElbo.Config { Samples = 8 }.Build(Small.Context(model, parts)).Evaluate(model, Data(), StepContext.Final(generator));
    }

    private static Tensor Data() => Small.Normal(1, N, L).Matmul(Small.Normal(2, L, D)).Tanh() + 0.3 * Small.Normal(3, N, D);
}
