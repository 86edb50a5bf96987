using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow data describe PATH|NAME</c></summary>
internal static class DescribeCommand
{
    private const int MostClasses = 12;

    internal static Command Create()
    {
        var what = new Argument<string>("data") { Description = "a file (idx, npy, npz, CSV, CIFAR binary), a folder of images, or a name as in data.kind", HelpName = "PATH|NAME" };
        var labels = new Option<string?>("--labels") { Description = "where the classes are, as data.labelColumn", HelpName = "COLUMN" };
        var json = Output.Json();
        var command = new Command("describe", "rows, shape, values and classes of data, and the configuration lines that fit it") { what, labels, json };
        command.SetAction(parsed =>
        {
            var (summary, config) = Look(parsed.GetRequiredValue(what), parsed.GetValue(labels));
            Output.Write(parsed.GetValue(json), Report(summary, config), () => Print(summary, config));
        });
        return command;
    }

    private static (DataSummary Summary, JsonObject Config) Look(string what, string? labels)
    {
        using var meter = new DataMeter();
        DataSummary summary;
        JsonObject data;
        if (!Path.Exists(what) && DataSource.Kinds.Contains(what))
        {
            using var splits = DataSource.Open(new DataConfig { Kind = what }, seed: 1, meter);
            summary = DataSummary.Of(splits.Train, meter) with { Name = $"{what}, training rows ({splits.Description})" };
            data = new JsonObject { ["kind"] = what };
        }
        else
        {
            if (!Path.Exists(what)) throw new UserException($"there is neither a file or folder nor a known data set '{what}'", "check the path, or see elbow data list");
            summary = DataSummary.OfPath(what, meter, labels);
            data = new JsonObject { ["kind"] = summary.Kind, ["path"] = what };
            if (labels is not null) data["labelColumn"] = labels;
        }
        if (summary.SuggestedScale != ScaleKind.None) data["scale"] = JsonNamingPolicy.CamelCase.ConvertName($"{summary.SuggestedScale}");
        var likelihood = new JsonObject { ["kind"] = summary.SuggestedLikelihoods[0] };
        if (summary.SuggestedLikelihoods[0] is "categorical" or "discretisedLogistic") likelihood["levels"] = summary.Range.LevelCount;
        return (summary, new JsonObject { ["data"] = data, ["likelihood"] = likelihood });
    }

    private static JsonObject Report(DataSummary summary, JsonObject config) => new()
    {
        ["name"] = summary.Name,
        ["rows"] = summary.Count,
        ["shape"] = new JsonArray(summary.Shape.Channels, summary.Shape.Height, summary.Shape.Width),
        ["values"] = $"{summary.Range}",
        ["least"] = summary.Least,
        ["most"] = summary.Most,
        ["mean"] = summary.Mean,
        ["standardDeviation"] = summary.Deviation,
        ["zeros"] = summary.Zeros,
        ["ones"] = summary.Ones,
        ["distinctValues"] = summary.DistinctValues,
        ["constantColumns"] = summary.ConstantColumns,
        ["labels"] = JsonSerializer.SerializeToNode(summary.Labels),
        ["likelihoods"] = new JsonArray([.. summary.SuggestedLikelihoods.Select(name => (JsonNode)name)]),
        ["config"] = config.DeepClone(),
    };

    private static void Print(DataSummary summary, JsonObject config)
    {
        var constant = summary.ConstantColumns == 0 ? "" : $", {summary.ConstantColumns} of them never change";
        (string Name, string Text)[] lines =
        [
            ("data", summary.Name),
            ("rows", $"{summary.Count}"),
            ("columns", (summary.Shape.IsVector ? $"{summary.Shape.Size}" : $"{summary.Shape.Size} (pictures of {summary.Shape})") + constant),
            ("values", $"{summary.Range}, from {summary.Least:G6} to {summary.Most:G6}, {(summary.DistinctValues is { } distinct ? $"{distinct} different ones" : "more than 1024 different ones")}"),
            ("mean", $"{summary.Mean:G4}, standard deviation {summary.Deviation:G4}"),
            ("zeros", $"{summary.Zeros:P1} exactly 0, {summary.Ones:P1} exactly 1"),
            .. summary.Labels.Select(column => ("labels", $"{column.Key}: {Classes(column.Value)}")),
        ];
        foreach (var (name, text) in lines) Console.Out.WriteLine($"{name,-8} {text}");
        Console.Out.WriteLine("config lines that fit:");
        foreach (var (part, path) in new[] { ("data", "\"data\"") , ("likelihood", "in \"model\": \"likelihood\"") })
        {
            Console.Out.WriteLine($"  {path}: {config[part]!.ToJsonString(OneLine)}");
        }
        if (summary.SuggestedLikelihoods.Count > 1) Console.Out.WriteLine($"  (or likelihood {string.Join(", ", summary.SuggestedLikelihoods.Skip(1))})");
    }

    private static readonly JsonSerializerOptions OneLine = new(ElbowJson.Document) { WriteIndented = false };

    private static string Classes(IReadOnlyDictionary<string, int> counts)
    {
        var shown = string.Join(", ", counts.Take(MostClasses).Select(pair => $"{pair.Key} ({pair.Value})"));
        return counts.Count <= MostClasses ? shown : $"{shown}, ... {counts.Count} classes in all";
    }
}
