using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Explorer;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow explore RUN</c></summary>
internal static class ExploreCommand
{
    internal static Command Create()
    {
        var run = RunArgument.Create();
        var checkpoint = RunArgument.Checkpoint();
        var split = new Option<string?>("--split") { Description = "train, validation or test; by default the last of them that has rows", HelpName = "SPLIT" };
        var rows = new Option<int>("--rows") { Description = "rows shown at most", DefaultValueFactory = _ => ExplorerFolder.MostRows, HelpName = "N" }.Between(2, ExplorerFolder.MostRows);
        var json = Output.Json();
        var command = new Command("explore", "write explorer/ of a run anew: codes, pictures, holes and a decoder for the studio's latent explorer") { run, checkpoint, split, rows, json };
        command.SetAction(parsed =>
        {
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var name = parsed.GetValue(split) ?? RunExplorer.PreferredSplit(trained.Experiment.Data);
            Splits.Find(trained.Experiment.Data, name);
            var explorer = RunExplorer.Write(trained, name, parsed.GetRequiredValue(rows));
            foreach (var warning in explorer.Warnings) Console.Error.WriteLine($"warning: {warning}");
            Output.Write(parsed.GetValue(json), Report(trained, name, explorer), () => Console.Out.WriteLine(
                $"{TrainCommand.Shown(trained.Folder.ExplorerPath)}: {explorer.Rows} rows of the {name} split, checkpoint {trained.Checkpoint}, {explorer.Holes} holes; {string.Join(", ", explorer.Files)}"));
            return Boundary.Success;
        });
        return command;
    }

    private static JsonObject Report(TrainedModel trained, string split, ExplorerFolder explorer) => new()
    {
        ["run"] = trained.Folder.Name,
        ["checkpoint"] = trained.Checkpoint,
        ["step"] = trained.Step,
        ["split"] = split,
        ["rows"] = explorer.Rows,
        ["holes"] = explorer.Holes,
        ["files"] = new JsonArray([.. explorer.Files.Select(file => (JsonNode)file)]),
        ["warnings"] = new JsonArray([.. explorer.Warnings.Select(warning => (JsonNode)warning)]),
    };
}
