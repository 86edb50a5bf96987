using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Where a run stands between two steps: everything of a checkpoint that is not a tensor.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="Batch">Batches done of the epoch that follows.</param>
/// <param name="Generator">State of the training generator, base64.</param>
/// <param name="OptimizerSteps">Steps the optimiser has counted.</param>
/// <param name="Statistics">Sums of the running epoch.</param>
/// <param name="EarlyStopping">What early stopping remembers.</param>
/// <param name="Schedule">What an adaptive schedule remembers.</param>
/// <param name="EventsLength">Bytes of events.jsonl that belong to this state.</param>
/// <param name="Seconds">Seconds spent on the running epoch.</param>
/// <param name="Completed">Whether training ended as planned (or by early stopping) in this state.</param>
/// <param name="Optimizers">
/// The kinds of optimiser whose memory is saved, that of an opponent second: Adam and Adamax remember tensors of the same names and shapes
/// that mean different things. Null in checkpoints from before this was kept.
/// </param>
/// <param name="Sha256">Checksums of the tensor files beside it, by their names. Null in checkpoints from before this was kept.</param>
public sealed record CheckpointState(
    long Step, int Epoch, int Batch, string Generator, long OptimizerSteps, TermStatistics.Snapshot Statistics,
    JsonObject EarlyStopping, JsonObject? Schedule, long EventsLength, double Seconds, bool Completed,
    IReadOnlyList<string>? Optimizers = null, IReadOnlyDictionary<string, string>? Sha256 = null);

/// <summary>Reads and writes the folders under <c>checkpoints/</c>: weights, optimiser state, state.json. No code is ever loaded.</summary>
public static class Checkpoint
{
    private const string Model = "model.safetensors", Average = "average.safetensors", Objective = "objective.safetensors", Optimizer = "optimizer.safetensors", State = "state.json";

    /// <summary>Writes a whole checkpoint; a kill at any moment leaves the one before.</summary>
    /// <param name="folder">Where it shall be.</param>
    /// <param name="model">Weights and buffers.</param>
    /// <param name="average">Averaged weights, when there are any.</param>
    /// <param name="objective">Parameters and memory of the objective; without any, no file is written.</param>
    /// <param name="optimizer">The optimisers' memory.</param>
    /// <param name="state">The rest.</param>
    /// <exception cref="RunFailedException">The disk is full or broken; the earlier checkpoint is intact.</exception>
    public static void Save(
        string folder, IEnumerable<KeyValuePair<string, Tensor>> model, IEnumerable<KeyValuePair<string, Tensor>>? average,
        IEnumerable<KeyValuePair<string, Tensor>> objective, IEnumerable<KeyValuePair<string, Tensor>> optimizer, CheckpointState state) =>
        AtomicFolder.Replace(folder, path =>
        {
            Write(path, Model, model);
            if (average is not null) Write(path, Average, average);
            if (objective.Any()) Write(path, Objective, objective);
            Write(path, Optimizer, optimizer);
            var sums = Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).ToDictionary(file => Path.GetFileName(file), Sum);
            File.WriteAllText(Path.Combine(path, State), JsonSerializer.Serialize(state with { Sha256 = sums }, ElbowJson.Document));
        });

    /// <summary>The weights to evaluate: averaged ones when the run keeps them.</summary>
    public static Dictionary<string, Tensor> ReadWeights(string folder) =>
        ReadTensors(folder, File.Exists(Path.Combine(folder, Average)) ? Average : Model);

    /// <summary>The trained weights.</summary>
    public static Dictionary<string, Tensor> ReadModel(string folder) => ReadTensors(folder, Model);

    /// <summary>The averaged weights.</summary>
    public static Dictionary<string, Tensor> ReadAverage(string folder) => ReadTensors(folder, Average);

    /// <summary>Parameters and memory of the objective; empty when it has none.</summary>
    public static Dictionary<string, Tensor> ReadObjective(string folder) =>
        File.Exists(Path.Combine(folder, Objective)) ? ReadTensors(folder, Objective) : [];

    /// <summary>The optimisers' memory.</summary>
    public static Dictionary<string, Tensor> ReadOptimizer(string folder) => ReadTensors(folder, Optimizer);

    /// <summary>The rest.</summary>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public static CheckpointState ReadState(string folder)
    {
        var path = Path.Combine(folder, State);
        try
        {
            return JsonSerializer.Deserialize<CheckpointState>(File.ReadAllText(path), ElbowJson.Document) ?? throw new JsonException("it is empty");
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw Damaged(path, error.Message, error);
        }
    }

    private static string Sum(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void Write(string folder, string name, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var file = File.Create(Path.Combine(folder, name));
        Safetensors.Write(file, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static Dictionary<string, Tensor> ReadTensors(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            using var file = File.OpenRead(path);
            var tensors = Safetensors.Read(file);
            // Weights with a flipped bit are as good as others to look at, and give other numbers.
            if (File.Exists(Path.Combine(folder, State)) && ReadState(folder).Sha256?.GetValueOrDefault(name) is { } saved && saved != Sum(path))
            {
                foreach (var tensor in tensors.Values) tensor.Dispose();
                throw Damaged(path, "its bytes are not those that were saved (sha256)");
            }
            return tensors;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, error.Message, error);
        }
    }

    private static UserException Damaged(string path, string why, Exception? error = null) => new(
        $"the checkpoint file {path} cannot be read: {why}",
        "name another checkpoint of the run (--checkpoint best, last or epoch-N), or train again", error);
}
