using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

[Collection(Alone.Name)]
public sealed class TrainerTests
{
    [Fact]
    public void Run_SameSeed_HasTheSameWeightsToTheBit()
    {
        using var first = new TinyRun();
        using var second = new TinyRun();
        first.Train();
        second.Train();
        Assert.Equal(first.Everything(), second.Everything());
        Assert.Equal(first.Validation(), second.Validation());
    }

    [Fact]
    public void Run_AnotherSeed_HasOtherWeights()
    {
        using var first = new TinyRun();
        using var second = new TinyRun("training.seed=2");
        first.Train();
        second.Train();
        Assert.NotEqual(first.Everything(), second.Everything());
    }

    [Fact]
    public void Run_LongEnough_ImprovesTheValidationElbo()
    {
        using var run = new TinyRun("training.epochs=40");
        Assert.Equal(TrainingOutcome.Finished, run.Train());
        var values = run.Validation();
        Assert.Equal(40, values.Length);
        Assert.True(values[^1] > values[0] + 0.3, $"{values[0]} → {values[^1]}");
    }

    [Fact]
    public void Run_Epochs_CountEveryTrainingExampleOnce()
    {
        using var run = new TinyRun("training.logEvery=1");
        run.Train();
        // 70 training rows: batches of 16, 16, 16, 16 and 6.
        Assert.Equal(15, run.State.Step);
        Assert.Equal(15, run.Events.OfType<StepLogged>().Count());
        Assert.Equal(["last", "best"], run.Saved.Distinct().Order().Reverse());
    }

    [Fact]
    public void Run_BatchNormalisationAndALastBatchOfOne_StaysFinite()
    {
        using var run = new TinyRun("training.batchSize=23", "model.encoder.norm=batch", "model.decoder.norm=batch"); // 70 = 3·23 + 1
        Assert.Equal(TrainingOutcome.Finished, run.Train());
        Assert.All(run.Validation(), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(2)] // in the middle of the first epoch
    [InlineData(5)] // its last step
    [InlineData(12)]
    public void Run_PoisonedWeights_StopsWithTermStepAndBatchAndLeavesTheCheckpoint(int step)
    {
        using var run = new TinyRun();
        Dictionary<string, byte[]>? sound = null;
        run.Stepped = _ =>
        {
            if (run.State.Step != step) return;
            if (Directory.Exists(run.Checkpoint("last"))) sound = Files(run.Checkpoint("last"));
            using var frozen = Autograd.NoGrad();
            run.State.Parameters[0].FillInPlace(double.NaN);
        };
        var error = Assert.Throws<NonFiniteException>(() => run.Train());
        if (step == 5)
        {
            Assert.Equal("encoder.0.weight", error.Term);
            Assert.Contains("step 5", error.Message);
        }
        else
        {
            Assert.Equal("reconstruction", error.Term);
            Assert.Contains($"step {step + 1}, epoch {step / 5 + 1}, batch {step % 5 + 1}", error.Message);
            Assert.Contains("16 of 16 examples", error.Message);
        }
        Assert.Equal(sound is not null, Directory.Exists(run.Checkpoint("last")));
        if (sound is not null) Assert.Equal(sound, Files(run.Checkpoint("last")));
    }

    [Fact]
    public void Run_InterruptedJustAfterAnOverflow_SavesNothing()
    {
        using var run = new TinyRun();
        run.Stepped = _ =>
        {
            using var frozen = Autograd.NoGrad();
            run.State.Parameters[0].FillInPlace(double.PositiveInfinity);
        };
        Assert.Throws<NonFiniteException>(() => run.Train(stopAfter: 1));
        Assert.Empty(run.Saved);
    }

    [Fact]
    public void Run_DataThatOverflows_NamesTheTermAndCountsTheExamples()
    {
        using var folder = new Data.TemporaryFolder();
        var rows = Enumerable.Range(0, 20).Select(row => row == 13 ? "3e30,1" : $"{row % 3},{row % 5}");
        var path = folder.Write("x.csv", System.Text.Encoding.UTF8.GetBytes("a,b\n" + string.Join('\n', rows)));
        using var run = new TinyRun("data.kind=csv", $"data.path={path}", "data.validation=0", "data.test=0", "training.batchSize=20");
        var error = Assert.Throws<NonFiniteException>(() => run.Train());
        Assert.True(error.Term is "reconstruction" or "kl", error.Term);
        Assert.Contains("1 of 20 examples at step 1, epoch 1, batch 1", error.Message);
    }

    [Fact]
    public void Run_ValidationDataThatOverflows_StopsByName()
    {
        using var run = new TinyRun("model.encoder.norm=batch", "model.encoder.activation=identity");
        run.Stepped = _ =>
        {
            using var frozen = Autograd.NoGrad();
            // Training does not see the running averages, evaluation does.
            run.Experiment.Model.NamedBuffers().First().Value.FillInPlace(1e38);
        };
        var error = Assert.Throws<NonFiniteException>(() => run.Train());
        Assert.Contains("validation data after epoch 1", error.Message);
        Assert.Empty(run.Saved);
    }

    [Theory]
    [InlineData("training.ema=0.9", "training.clipNorm=1")]
    [InlineData("model.encoder.norm=batch", "training.optimizer.kind=rmsprop")]
    public void Run_AThousandSteps_KeepsNoTensor(params string[] settings) => KeepsNoTensor(1000, settings);

    [Fact, Trait("speed", "long")]
    public void Run_TenThousandSteps_KeepsNoTensor() => KeepsNoTensor(10_000, []);

    [Fact]
    public void Dispose_AfterTraining_FreesEveryTensor()
    {
        var before = Tensor.LiveCount;
        foreach (var posterior in new[] { "diagonalNormal", "fullNormal" })
        {
            using var run = new TinyRun($"model.posterior.kind={posterior}", "training.ema=0.9", "model.encoder.norm=batch", "training.optimizer.kind=sgd", "training.optimizer.momentum=0.9");
            run.Train();
        }
        Assert.True(Tensor.LiveCount <= before, $"{Tensor.LiveCount - before} tensors are left");
    }

    private static void KeepsNoTensor(int steps, string[] settings)
    {
        using var run = new TinyRun([$"training.epochs={steps / 5}", "training.logEvery=7", .. settings]);
        var early = 0L;
        run.Stepped = _ =>
        {
            if (run.State.Step == 20) early = Tensor.LiveCount;
            if (run.State.Step == steps) Assert.True(Tensor.LiveCount <= early, $"{Tensor.LiveCount - early} more tensors after {steps} steps");
        };
        run.Train();
        Assert.Equal(steps, run.State.Step);
    }

    private static Dictionary<string, byte[]> Files(string folder) =>
        Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
}
