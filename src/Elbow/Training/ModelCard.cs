using System.Text.Json.Nodes;

namespace Elbow.Training;

/// <summary>What a caller must know of a model to feed its exported graphs and to read what they give.</summary>
public static class ModelCard
{
    /// <summary>Of a trained model: run, checkpoint, shapes, ranges, preprocessing and parts.</summary>
    public static JsonObject Of(TrainedModel trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var (experiment, shape) = (trained.Experiment, trained.Experiment.Model.Data);
        var range = experiment.Data.Train.Range;
        return new JsonObject
        {
            ["run"] = trained.Folder.Name,
            ["checkpoint"] = trained.Checkpoint,
            ["step"] = trained.Step,
            ["latentDim"] = experiment.Model.LatentDim,
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

    private static JsonValue? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
