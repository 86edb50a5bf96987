using System.CommandLine;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow import CONFIG WEIGHTS</c></summary>
internal static class ImportCommand
{
    internal static Command Create()
    {
        var config = ConfigFile.Argument();
        var weights = new Argument<string>("weights") { Description = "safetensors file, with the names a PyTorch module of the same structure has", HelpName = "WEIGHTS" };
        var set = ConfigFile.Set();
        var store = new Option<string>("--out") { Description = "folder in which the run folder is made", DefaultValueFactory = _ => "runs", HelpName = "DIR" };
        var name = new Option<string?>("--name") { Description = "last part of the run folder's name; by default the name of the configuration", HelpName = "NAME" };
        var command = new Command("import", "make a run of weights that were trained elsewhere, to measure and use them; the last line on stdout is the run folder") { config, weights, set, store, name };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(config);
            var folder = ImportedRun.Save(
                ConfigFile.Read(path, parsed.GetRequiredValue(set)), parsed.GetRequiredValue(weights), parsed.GetRequiredValue(store),
                parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path), Environment.GetCommandLineArgs()[1..], message => Console.Error.WriteLine($"warning: {message}"));
            Console.Out.WriteLine(folder);
            return Boundary.Success;
        });
        return command;
    }
}
