using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Everything that changes while training, except the model's weights. Saved whole, it continues as if nothing had happened.</summary>
public sealed class TrainingState : IDisposable
{
    private readonly Experiment experiment;

    /// <summary>The state before the first step.</summary>
    public TrainingState(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        this.experiment = experiment;
        var config = experiment.Config.Training;
        var opponent = Named((experiment.Objective as IHasOpponent)?.Opponent, "opponent.");
        var theirs = opponent.Select(pair => pair.Value).ToHashSet();
        List<KeyValuePair<string, Tensor>> parameters =
            [.. experiment.Model.NamedParameters(), .. Named(experiment.Objective as Module, "objective.").Where(pair => !theirs.Contains(pair.Value))];
        Parameters = [.. parameters.Select(pair => pair.Value)];
        Optimizer = config.Optimizer.Build(parameters);
        OpponentParameters = [.. theirs];
        if (opponent.Count > 0) OpponentOptimizer = (config.OpponentOptimizer ?? config.Optimizer).Build(opponent);
        Schedule = config.Schedule.Build(config.Epochs);
        EarlyStopping = new EarlyStopping(config.EarlyStopping, experiment.Config.Objective.WarmUpEpochs, experiment.Data.Validation is not null);
        Average = config.Ema is { } decay ? new WeightAverage(experiment.Model, decay) : null;
        Generator = new Generator(Seeds.For(config.Seed, "training"), experiment.Device);
    }

    /// <summary>What is trained: the model's parameters, then those of its objective.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>What moves it.</summary>
    public IOptimizer Optimizer { get; }

    /// <summary>What is trained towards a goal of its own.</summary>
    public IReadOnlyList<Tensor> OpponentParameters { get; }

    /// <summary>What moves that; null without an opponent.</summary>
    public IOptimizer? OpponentOptimizer { get; }

    /// <summary>The factor on the learning rate.</summary>
    public ISchedule Schedule { get; }

    /// <summary>The best epoch, and when to stop.</summary>
    public EarlyStopping EarlyStopping { get; }

    /// <summary>Averaged weights, when the configuration asks for them.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The randomness of training steps.</summary>
    public Generator Generator { get; }

    /// <summary>The sums of the running epoch.</summary>
    public TermStatistics Statistics { get; } = new();

    /// <summary>Optimiser steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Epochs completed.</summary>
    public int Epoch { get; private set; }

    /// <summary>Batches done of the epoch that follows.</summary>
    public int Batch { get; private set; }

    /// <summary>Seconds spent on the running epoch before an interruption.</summary>
    public double Seconds { get; set; }

    /// <summary>Whether training has ended.</summary>
    public bool Completed { get; set; }

    /// <summary>Counts a step.</summary>
    public void Advance() => (Step, Batch) = (Step + 1, Batch + 1);

    /// <summary>Counts an epoch.</summary>
    public void EndEpoch()
    {
        (Epoch, Batch, Seconds) = (Epoch + 1, 0, 0);
        Statistics.Reset();
    }

    /// <summary>Writes a checkpoint.</summary>
    public void Save(string folder, long eventsLength) => Checkpoint.Save(
        folder,
        experiment.Model.NamedTensors(),
        Average?.Tensors,
        (experiment.Objective as Module)?.NamedTensors() ?? [],
        OptimizerTensors,
        new CheckpointState(
            Step, Epoch, Batch, Convert.ToBase64String(Generator.GetState()), Optimizer.Steps, Statistics.Save(),
            EarlyStopping.State, (Schedule as IAdaptiveSchedule)?.State, eventsLength, Seconds, Completed, OptimizerKinds));

    /// <summary>Continues from a checkpoint.</summary>
    /// <exception cref="ArgumentException">It is a checkpoint of another model or optimiser.</exception>
    /// <returns>Bytes of the event log that belong to it.</returns>
    public long Load(string folder)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var saved = Checkpoint.ReadState(folder);
        if (saved.Optimizers is { } kinds && !kinds.SequenceEqual(OptimizerKinds))
        {
            throw new UserException(
                $"the checkpoint's optimiser's memory is not that of the configuration: it is of {string.Join(" and ", kinds)}, expected {string.Join(" and ", OptimizerKinds)}",
                "restore training.optimizer in config.json as the run began, or train anew");
        }
        Overwrite(experiment.Model.NamedTensors(), Checkpoint.ReadModel(folder), "weights are", "model");
        if (Average is not null) Overwrite(Average.Tensors, Checkpoint.ReadAverage(folder), "averaged weights are", "model");
        if (experiment.Objective is Module objective) Overwrite(objective.NamedTensors(), Checkpoint.ReadObjective(folder), "memory of the objective is", "objective");
        Overwrite(OptimizerTensors, Checkpoint.ReadOptimizer(folder), "optimiser's memory is", "training.optimizer");
        (Step, Epoch, Batch, Seconds, Completed) = (saved.Step, saved.Epoch, saved.Batch, saved.Seconds, saved.Epoch >= experiment.Config.Training.Epochs);
        Optimizer.Steps = saved.OptimizerSteps;
        if (OpponentOptimizer is not null) OpponentOptimizer.Steps = saved.OptimizerSteps;
        Generator.SetState(Convert.FromBase64String(saved.Generator));
        Statistics.Load(saved.Statistics, experiment.Device);
        EarlyStopping.State = saved.EarlyStopping;
        if (Schedule is IAdaptiveSchedule adaptive && saved.Schedule is not null) adaptive.State = saved.Schedule;
        Completed |= EarlyStopping.ShouldStop;
        return saved.EventsLength;
    }

    private string[] OptimizerKinds
    {
        get
        {
            var config = experiment.Config.Training;
            OptimizerConfig[] used = OpponentOptimizer is null ? [config.Optimizer] : [config.Optimizer, config.OpponentOptimizer ?? config.Optimizer];
            return [.. used.Select(optimizer => ConfigKind.NameOf(optimizer))];
        }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> OptimizerTensors => Optimizer.State.Concat(OpponentOptimizer?.State ?? []);

    private static List<KeyValuePair<string, Tensor>> Named(Module? module, string prefix) =>
        [.. module?.NamedParameters().Select(pair => new KeyValuePair<string, Tensor>(prefix + pair.Key, pair.Value)) ?? []];

    private static void Overwrite(IEnumerable<KeyValuePair<string, Tensor>> own, IReadOnlyDictionary<string, Tensor> saved, string what, string key)
    {
        try
        {
            NamedTensorSet.Overwrite(own, saved);
        }
        catch (ArgumentException error)
        {
            throw new UserException($"the checkpoint's {what} not that of the configuration: {error.Message}", $"restore {key} in config.json as the run began, or train anew", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        OpponentOptimizer?.Dispose();
        Average?.Dispose();
        Generator.Dispose();
        Statistics.Dispose();
    }
}
