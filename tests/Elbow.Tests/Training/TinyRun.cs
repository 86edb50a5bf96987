using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>A training of some tens of steps, in memory but for its checkpoints.</summary>
internal sealed class TinyRun : IDisposable, IRunSink
{
    private const string Curve = """
        {
          "data": { "kind": "synthetic/line", "count": 100, "validation": 0.2, "test": 0.1 },
          "model": {
            "latentDim": 1,
            "encoder": { "kind": "mlp", "hidden": [4], "activation": "tanh" },
            "decoder": { "kind": "mlp", "hidden": [4], "activation": "tanh" },
            "likelihood": { "kind": "normal" }
          },
          "objective": { "kind": "elbo" },
          "training": { "epochs": 3, "batchSize": 16, "threads": 1, "optimizer": { "kind": "adam", "lr": 0.01 }, "checkpointEvery": 0, "logEvery": 1, "picturesEvery": 0 },
          "diagnostics": { "anatomyEvery": 0, "explorer": false }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("elbow-run-").FullName;
    private readonly string[] overrides;
    private readonly ObjectiveConfig? objective;

    /// <summary>A run with some settings of its own.</summary>
    internal TinyRun(params string[] overrides) : this(null, overrides)
    {
    }

    /// <summary>The same with an objective that has no name in the configuration.</summary>
    internal TinyRun(ObjectiveConfig? objective, params string[] overrides)
    {
        (this.objective, this.overrides) = (objective, overrides);
        Begin();
    }

    internal Experiment Experiment { get; private set; } = null!;

    internal TrainingState State { get; private set; } = null!;

    internal List<RunEvent> Events { get; } = [];

    internal List<string> Saved { get; } = [];

    internal Action<StepProgress>? Stepped { get; set; }

    internal static ExperimentConfig Config(params string[] overrides) => ConfigReader.Read<ExperimentConfig>(Curve, overrides);

    internal string Checkpoint(string name) => Path.Combine(folder, name);

    public void Emit(RunEvent e) => Events.Add(e);

    /// <summary>Trains to the end, or until after step <paramref name="stopAfter"/>.</summary>
    internal TrainingOutcome Train(long? stopAfter = null)
    {
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(Experiment, State, this, TimeProvider.System)
        {
            Save = name =>
            {
                Saved.Add(name);
                State.Save(Checkpoint(name), 0);
            },
            Stepped = progress =>
            {
                Stepped?.Invoke(progress);
                if (State.Step == stopAfter) stop.Cancel();
            },
        };
        return trainer.Run(stop.Token);
    }

    /// <summary>Forgets everything but the checkpoint and continues from it, as another process would.</summary>
    internal void Resume(params string[] more)
    {
        End();
        Begin(more);
        State.Load(Checkpoint("last"));
    }

    /// <summary>Every bit that training leaves behind.</summary>
    internal Dictionary<string, float[]> Everything() =>
        Small.Values([.. Experiment.NamedTensors, .. State.Optimizer.State, .. State.OpponentOptimizer?.State ?? [], .. State.Average?.Tensors.Select(pair => new KeyValuePair<string, Tensor>("average." + pair.Key, pair.Value)) ?? []]);

    /// <summary>The monitored value of each epoch.</summary>
    internal double[] Validation() => [.. Events.OfType<EpochCompleted>().Select(epoch => epoch.Splits["validation"]["objective"].Mean)];

    public void Dispose()
    {
        End();
        Directory.Delete(folder, recursive: true);
    }

    private void Begin(params string[] more)
    {
        var config = Config([.. overrides, .. more]);
        Experiment = Experiment.Create(objective is null ? config : config with { Objective = objective });
        State = new TrainingState(Experiment);
    }

    private void End()
    {
        State.Dispose();
        Experiment.Dispose();
    }
}
