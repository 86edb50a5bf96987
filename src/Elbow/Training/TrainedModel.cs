using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>A run opened for use: data, model in evaluation mode, weights of one checkpoint.</summary>
public sealed class TrainedModel : IDisposable
{
    private TrainedModel(RunFolder folder, Experiment experiment, string checkpoint, long step) => (Folder, Experiment, Checkpoint, Step) = (folder, experiment, checkpoint, step);

    /// <summary>The run.</summary>
    public RunFolder Folder { get; }

    /// <summary>Its parts.</summary>
    public Experiment Experiment { get; }

    /// <summary>The checkpoint whose weights are loaded.</summary>
    public string Checkpoint { get; }

    /// <summary>Optimiser steps after which it was made.</summary>
    public long Step { get; }

    /// <summary>The checkpoint that stands for a run when none is named: <c>best</c>, or <c>last</c> in a run without it.</summary>
    public static string Preferred(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.ListCheckpoints().Contains("best") ? "best" : "last";
    }

    /// <summary>Uses an experiment with the weights of a checkpoint in it, in evaluation mode, then puts its own back: for a run that is open already.</summary>
    internal static void Borrow(RunFolder folder, Experiment experiment, string checkpoint, Action<TrainedModel> use)
    {
        var weights = folder.FindCheckpoint(checkpoint);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (model, objective) = (Copy(experiment.Model), Copy(experiment.Objective as Module));
        try
        {
            experiment.Model.Load(Training.Checkpoint.ReadWeights(weights));
            (experiment.Objective as Module)?.Load(Training.Checkpoint.ReadObjective(weights));
            experiment.Judge(null, () => use(new TrainedModel(folder, experiment, checkpoint, Training.Checkpoint.ReadState(weights).Step)));
        }
        finally
        {
            experiment.Model.Load(model);
            (experiment.Objective as Module)?.Load(objective);
        }

        static Dictionary<string, Tensor> Copy(Module? module) => module?.NamedTensors().ToDictionary(pair => pair.Key, pair => pair.Value.Clone(), StringComparer.Ordinal) ?? [];
    }

    /// <summary>Opens a run.</summary>
    /// <param name="path">The run folder.</param>
    /// <param name="checkpoint"><c>best</c>, <c>last</c> or <c>epoch-N</c>; null for best.</param>
    /// <exception cref="UserException">No run, no such checkpoint, other data than it was trained on, or weights that do not fit the configuration.</exception>
    public static TrainedModel Open(string path, string? checkpoint = null)
    {
        var folder = RunFolder.Open(path);
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(folder.ConfigPath), null, folder.ConfigPath);
        var name = checkpoint ?? Preferred(folder);
        var weights = folder.FindCheckpoint(name);
        var experiment = Experiment.Of(folder, config);
        try
        {
            using var scope = TensorScope.Open();
            experiment.Model.Load(Training.Checkpoint.ReadWeights(weights));
            (experiment.Objective as Module)?.Load(Training.Checkpoint.ReadObjective(weights));
            experiment.Model.SetTraining(false);
            (experiment.Objective as Module)?.SetTraining(false);
            return new TrainedModel(folder, experiment, name, Training.Checkpoint.ReadState(weights).Step);
        }
        catch (ArgumentException error)
        {
            experiment.Dispose();
            throw new UserException($"{weights}: {error.Message}", "the run's config.json was changed: restore it", error);
        }
        catch (UserException)
        {
            experiment.Dispose();
            throw;
        }
    }

    /// <summary>The model for plain arrays.</summary>
    public ArrayModel Arrays => new(Experiment.Model, Experiment.Device, () => Experiment.SamplingDensity);

    /// <summary>The codes of all rows of a split, in their order.</summary>
    /// <param name="split">N rows.</param>
    /// <param name="progress">Told how many rows are done.</param>
    public Codes Encode(IDataset split, IProgress<int>? progress = null)
    {
        var parts = new List<Codes>();
        var done = 0;
        foreach (var batch in new Batches(split, new BatchOptions { Size = ArrayModel.RowsAtOnce, Shuffle = false }).Epoch(0, 0))
        {
            parts.Add(Arrays.Encode(batch.Values.AsSpan(0, batch.Count * batch.Shape.Size)));
            progress?.Report(done += batch.Count);
        }
        return Codes.Join(parts);
    }

    /// <summary>Draws latents; aggregated posteriors are over the training data. → <c>(count, L)</c>.</summary>
    /// <param name="source">What to draw from.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the draws.</param>
    public float[] DrawLatents(LatentSource source, int count, ulong seed)
    {
        if (source == LatentSource.Prior) return Arrays.DrawPrior(count, seed);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator(seed, Experiment.Device);
        var train = Experiment.Data.Train.AtEpoch(0);
        var z = source == LatentSource.Joint
            ? LatentSampling.Joint(Experiment.Model, Rows, train.Count, count, generator)
            : LatentSampling.Marginal(Experiment.Model, Rows, train.Count, count, generator);
        return z.ToArray<float>();

        Tensor Rows(int[] numbers)
        {
            var values = new float[numbers.Length * train.Shape.Size];
            train.Read(numbers, values);
            return Tensor.From(values, [numbers.Length, train.Shape.Size], Experiment.Device);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Experiment.Dispose();
}
