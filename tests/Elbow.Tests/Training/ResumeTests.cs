using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Training;

namespace Elbow.Tests.Training;

[Collection(Alone.Name)]
public sealed class ResumeTests
{
    // Bits: plateau schedule, weight average, batch normalisation, dynamic binarisation.
    public static TheoryData<string, bool, bool, bool, bool> Combinations
    {
        get
        {
            var rows = new TheoryData<string, bool, bool, bool, bool>();
            foreach (var optimizer in Experiments.Configuration.ConfigKind.Of<OptimizerConfig>())
            {
                foreach (var (plateau, ema, norm, binarise) in new[] { (false, false, false, false), (true, true, true, true), (true, false, true, false), (false, true, false, true) })
                {
                    rows.Add(optimizer.Name, plateau, ema, norm, binarise);
                }
            }
            return rows;
        }
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Load_AfterSeveralInterruptions_ContinuesToTheBit(string optimizer, bool plateau, bool ema, bool norm, bool binarise)
    {
        string[] settings =
        [
            $"training.optimizer.kind={optimizer}", "training.earlyStopping.patience=1",
            .. optimizer is "sgd" or "rmsprop" ? ["training.optimizer.momentum=0.9", "training.optimizer.lr=0.001"] : Array.Empty<string>(),
            .. plateau ? ["training.schedule.kind=plateau", "training.schedule.patience=0", "training.schedule.threshold=1"] : Array.Empty<string>(),
            .. ema ? ["training.ema=0.8"] : Array.Empty<string>(),
            .. norm ? ["model.encoder.norm=batch", "model.decoder.norm=batch"] : Array.Empty<string>(),
            .. binarise ? ["data.kind=digits", "data.binarise=dynamic", "model.likelihood.kind=bernoulli", "training.batchSize=230"] : Array.Empty<string>(),
        ];
        using var whole = new TinyRun(settings);
        using var parts = new TinyRun(settings);
        whole.Train();
        // After the first step, inside and at the end of an epoch of 5 batches, and once more in the last epoch.
        foreach (var step in new[] { 1, 3, 5, 13 })
        {
            Assert.Equal(TrainingOutcome.Interrupted, parts.Train(stopAfter: step));
            parts.Resume();
            Assert.Equal(step, parts.State.Step);
        }
        Assert.Equal(TrainingOutcome.Finished, parts.Train());
        Assert.Equal(whole.Everything(), parts.Everything());
        Assert.Equal(whole.Validation(), parts.Validation());
        Assert.Equal(Train(whole), Train(parts));
        Assert.Equal(whole.State.Generator.GetState(), parts.State.Generator.GetState());
        Assert.Equal(whole.State.EarlyStopping.State.ToJsonString(), parts.State.EarlyStopping.State.ToJsonString());
        if (plateau) Assert.NotEqual(1, whole.State.Schedule.Factor(0));
    }

    [Fact]
    public void Load_FinishedRunWithMoreEpochs_ContinuesAsIfPlannedSo()
    {
        using var whole = new TinyRun("training.epochs=5");
        using var parts = new TinyRun("training.epochs=3");
        whole.Train();
        parts.Train();
        parts.Resume("training.epochs=5");
        Assert.False(parts.State.Completed);
        parts.Train();
        Assert.Equal(whole.Everything(), parts.Everything());
    }

    [Fact]
    public void Load_MoreEpochsDoneThanWanted_IsComplete()
    {
        using var run = new TinyRun("training.epochs=5");
        run.Train(stopAfter: 17);
        run.Resume("training.epochs=2");
        Assert.True(run.State.Completed);
    }

    [Theory]
    [InlineData("training.optimizer.kind=sgd", "training.optimizer")]
    [InlineData("training.optimizer.kind=adamax", "training.optimizer")]
    [InlineData("training.optimizer.kind=adamw", "training.optimizer")]
    [InlineData("model.latentDim=2", "model")]
    public void Load_AnotherConfiguration_IsRefusedByName(string setting, string key)
    {
        using var run = new TinyRun();
        run.Train(stopAfter: 2);
        var error = Assert.Throws<UserException>(() => run.Resume(setting));
        Assert.Contains(key, error.Mend);
    }

    [Fact]
    public void Load_CheckpointFromBeforeKindsWereSaved_Continues()
    {
        using var whole = new TinyRun();
        using var parts = new TinyRun();
        whole.Train();
        parts.Train(stopAfter: 2);
        var path = Path.Combine(parts.Checkpoint("last"), "state.json");
        var state = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.Equal(["adam"], state["optimizers"]!.AsArray().Select(kind => (string)kind!));
        Assert.True(state.Remove("optimizers"));
        File.WriteAllText(path, state.ToJsonString());
        parts.Resume();
        parts.Train();
        Assert.Equal(whole.Everything(), parts.Everything());
    }

    private static double[] Train(TinyRun run) => [.. run.Events.OfType<EpochCompleted>().Select(epoch => epoch.Splits["train"]["elbo"].Mean)];
}
