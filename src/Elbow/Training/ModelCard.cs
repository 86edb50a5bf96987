using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Objectives;

namespace Elbow.Training;

/// <summary>What goes with exported weights: everything about a model that is no tensor. Written as <c>elbow.json</c>, and into the metadata of each file.</summary>
/// <param name="Model">The parts.</param>
/// <param name="Shape">Of one example.</param>
/// <param name="Range">The smallest and the largest value that data can take; infinite for real data.</param>
/// <param name="Preprocessing">What was done to the data, in words.</param>
/// <param name="Draws">What new data are decoded from: <see cref="OfPrior"/>, or the kind of the objective that has a density of its own for that.</param>
public sealed record ModelCard(ModelConfig Model, DataShape Shape, (double Low, double High) Range, string Preprocessing, string Draws)
{
    /// <summary>The key of the metadata.</summary>
    public const string Key = "elbow";

    /// <summary>New data are decoded from draws of p(z).</summary>
    public const string OfPrior = "prior";

    /// <summary>The card of an open run, with what else is known about it.</summary>
    public static JsonObject Of(TrainedModel trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var (experiment, shape, range) = (trained.Experiment, trained.Experiment.Model.Data, trained.Experiment.Data.Train.Range);
        return new JsonObject
        {
            ["run"] = trained.Folder.Name,
            ["checkpoint"] = trained.Checkpoint,
            ["step"] = trained.Step,
            ["latentDim"] = experiment.Model.LatentDim,
            ["draws"] = DrawsOf(experiment.Config.Objective),
            ["data"] = new JsonObject
            {
                ["shape"] = new JsonArray(shape.Channels, shape.Height, shape.Width),
                ["layout"] = "channel by channel, row by row",
                ["range"] = new JsonArray(Finite(range.Lower), Finite(range.Upper)),
                ["sha256"] = experiment.Data.Sha256,
                ["preprocessing"] = experiment.Data.Preprocessing,
            },
            ["model"] = JsonNode.Parse(File.ReadAllText(trained.Folder.ConfigPath))!["model"]!.DeepClone(),
        };
    }

    /// <summary>Reads the card in a file's metadata.</summary>
    /// <exception cref="UserException">There is none, or it is not whole.</exception>
    public static ModelCard Parse(IReadOnlyDictionary<string, string> metadata, string file)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(Key, out var text))
            throw new UserException($"{file} does not say what network its weights are of", "export it with elbow export RUN --safetensors FILE, or make a run of it with elbow import");
        try
        {
            var card = JsonNode.Parse(text)!;
            var (shape, range) = (card["data"]!["shape"]!.AsArray(), card["data"]!["range"]!.AsArray());
            return new ModelCard(
                ConfigReader.Read<ModelConfig>(card["model"]!.ToJsonString(), null, $"{file}: model"),
                new DataShape((int)shape[0]!, (int)shape[1]!, (int)shape[2]!),
                ((double?)range[0] ?? double.NegativeInfinity, (double?)range[1] ?? double.PositiveInfinity),
                (string)card["data"]!["preprocessing"]!,
                (string?)card["draws"] ?? OfPrior);
        }
        catch (Exception error) when (error is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new UserException($"{file}: what it says about its network cannot be read: {error.Message}", "export it again", error);
        }
    }

    /// <summary>The card of a run folder whose data are not needed.</summary>
    /// <exception cref="UserException">The run is from before the shape of the data was kept.</exception>
    internal static ModelCard Of(RunFolder folder)
    {
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(folder.ConfigPath), null, folder.ConfigPath);
        if (folder.ReadEnvironment().Data is not { Shape: [var channels, var height, var width], Range: [var low, var high], Preprocessing: var preprocessing })
            throw new UserException($"{folder.Name} does not say what shape its data have: an earlier version made it", "where its data are, run elbow export RUN --safetensors FILE, and load that file");
        return new ModelCard(config.Model, new DataShape(channels, height, width), (low, high), preprocessing, DrawsOf(config.Objective));
    }

    // A configuration is nested in the type it configures.
    private static string DrawsOf(ObjectiveConfig objective) =>
        typeof(IHasSamplingDensity).IsAssignableFrom(objective.GetType().DeclaringType) ? ConfigKind.NameOf(objective) : OfPrior;

    private static JsonValue? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
