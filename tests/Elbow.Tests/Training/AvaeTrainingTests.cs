using Elbow.Experiments;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>AVAE in the training loop.</summary>
[Collection(Alone.Name)]
public sealed class AvaeTrainingTests
{
    private static readonly string[] OnALine =
    [
        "objective.kind=avae", "objective.points=20", "objective.redrawEvery=2", "objective.encodeEvery=3", "model.posterior.kind=point", "model.likelihood.scale=fixed", "model.likelihood.sigma=0.70710678",
    ];

    [Theory]
    [InlineData("training.schedule.kind=plateau", "training.schedule.patience=0", "training.schedule.threshold=1")]
    [InlineData("training.ema=0.8", "model.encoder.norm=batch", "objective.betaRule=meanNorm")]
    [InlineData("data.kind=digits", "model.likelihood={\"kind\":\"categorical\",\"levels\":17}", "training.batchSize=230")]
    public void Load_FromTheMiddleOfAnEpoch_ContinuesToTheBit(params string[] settings)
    {
        using var whole = new TinyRun([.. OnALine, .. settings]);
        using var parts = new TinyRun([.. OnALine, .. settings]);
        whole.Train();
        // Before and after the codes are encoded anew, and at the end of an epoch.
        foreach (var step in new[] { 1, 2, 3, 4, 7 })
        {
            Assert.Equal(TrainingOutcome.Interrupted, parts.Train(stopAfter: step));
            parts.Resume();
        }
        parts.Train();
        Assert.Equal(whole.Everything(), parts.Everything());
        Assert.Equal(whole.Validation(), parts.Validation());
        var names = whole.Everything().Keys;
        Assert.All(["objective.codes", "objective.beta", "objective.bandwidth"], name => Assert.Contains(name, names));
    }

    [Fact]
    public void Rows_OfEachEpoch_AreDividedBetweenKernelsAndSteps()
    {
        using var run = new TinyRun(OnALine);
        using var scope = TensorScope.Open();
        // Item 12.
        var draws = new List<HashSet<float>>();
        for (var epoch = 0; epoch < 4; epoch++)
        {
            var (batches, heldOut) = run.Experiment.Rows(epoch);
            var held = heldOut.SelectMany(First).ToHashSet();
            var trained = batches.Epoch(1, epoch).SelectMany(batch => First(run.Experiment.ToTensor(batch))).ToHashSet();
            Assert.Equal((20, 50), (held.Count, trained.Count));
            Assert.Empty(held.Intersect(trained));
            Assert.Equal(70, held.Union(trained).Count());
            draws.Add(held);
        }
        Assert.True(draws[0].SetEquals(draws[1]) && draws[2].SetEquals(draws[3]) && !draws[1].SetEquals(draws[2]));
    }

    [Fact]
    public void Beta_OfAnEpoch_IsTheValidationErrorOfTheEpochBefore()
    {
        using var run = new TinyRun(OnALine);
        run.Train();
        var epochs = run.Events.OfType<EpochCompleted>().ToList();
        for (var k = 1; k < epochs.Count; k++)
        {
            Assert.Equal(Math.Sqrt(-epochs[k - 1].Splits["validation"]["reconstruction"].Mean), epochs[k].Splits["train"]["beta"].Mean, 1e-6);
        }
        Assert.True(epochs[0].Splits["train"]["beta"].Mean > 0);
    }

    [Fact]
    public void Schedule_AndBestEpoch_GoByTheUnscaledSum()
    {
        using var run = new TinyRun([.. OnALine, "training.schedule.kind=plateau", "training.schedule.threshold=0", "training.epochs=6"]);
        run.Train();
        double Watched(EpochCompleted epoch) => epoch.Splits["validation"]["reconstruction"].Mean - epoch.Splits["validation"]["kl"].Mean / Math.Log(10);
        var epochs = run.Events.OfType<EpochCompleted>().ToList();
        var best = epochs.Max(Watched);
        Assert.Equal(best, (double)((IAdaptiveSchedule)run.State.Schedule).State["best"]!, 1e-9);
        Assert.Equal(epochs.First(epoch => Watched(epoch) == best).Epoch, run.State.EarlyStopping.BestEpoch);
        Assert.NotEqual(best, epochs.Max(epoch => epoch.Splits["validation"]["objective"].Mean));
    }

    [Fact]
    public void Create_MoreKernelsThanRows_IsTheUsersToMend() => Assert.Contains(
        "objective.points holds out 70 rows", Assert.Throws<UserException>(() => new TinyRun([.. OnALine, "objective.points=70"])).What);

    [Fact]
    public void Training_OnAFunctionOfNoise_GivesCodesOfTheSamplingDensity()
    {
        // Item 15, with kernels so wide that the sampling density is clearly not the prior. The data are an affine function of two numbers, with noise.
        using var run = new TinyRun(
            "data.kind=synthetic/pca", "data.count=3000", "model.latentDim=2", "model.encoder.hidden=[32]", "model.decoder.hidden=[32]", "data.scale=standardise",
            "objective.kind=avae", "objective.points=500", "objective.bandwidth=0.6", "objective.logarithm=natural", "model.posterior.kind=point", "model.likelihood.scale=fixed",
            "training.epochs=25", "training.batchSize=50", "training.optimizer.lr=0.003", "training.schedule.kind=cosine");
        run.Train();
        using var scope = TensorScope.Open();
        var experiment = run.Experiment;
        var codes = Tensor.Zeros([0, 2]);
        experiment.Judge(null, () => codes = Tensor.Cat(0, [.. new Elbow.Data.Batches(experiment.Data.Validation!, new() { Size = 1000, Shuffle = false }).Epoch(0, 0).Select(batch => experiment.Model.Encode(experiment.ToTensor(batch)).Mean)]));
        codes = codes.To(DType.Float64);
        var h = experiment.NamedTensors.Single(pair => pair.Key == "objective.bandwidth").Value.ToDouble();
        var variance = codes.Var([0]).ToArray<double>();
        var covariance = ((codes.Select(1, 0) - codes.Select(1, 0).Mean()) * (codes.Select(1, 1) - codes.Select(1, 1).Mean())).Mean().ToDouble();
        Assert.All(variance, value => Assert.Equal(1 - h * h, value, 0.12));
        Assert.Equal(0, covariance, 0.12);
        using var generator = new Generator(5);
        var narrow = experiment.SamplingDensity.Sample(generator, 600).To(DType.Float64);
        var wide = experiment.Model.Prior.Density().Sample(generator, 600).To(DType.Float64);
        Assert.True(Energy(codes, narrow) < 0.5 * Energy(codes, wide), $"{Energy(codes, narrow)} {Energy(codes, wide)}");
    }

    // Székely's energy distance: 2 E|a − b| − E|a − a'| − E|b − b'|.
    private static double Energy(Tensor a, Tensor b) =>
        2 * a.Cdist(b).Mean().ToDouble() - Within(a) - Within(b);

    private static double Within(Tensor a) => a.Cdist(a).Sum().ToDouble() / (a.Shape[0] * (a.Shape[0] - 1.0));

    private static float[] First(Tensor x) => x.Narrow(1, 0, 1).Reshape(-1).ToArray<float>();
}
