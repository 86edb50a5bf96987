using System.CommandLine;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow train CONFIG</c></summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var config = ConfigFile.Argument();
        var set = ConfigFile.Set();
        var store = new Option<string>("--out") { Description = "folder in which the run folder is made", DefaultValueFactory = _ => "runs", HelpName = "DIR" };
        var name = new Option<string?>("--name") { Description = "last part of the run folder's name; by default the name of the configuration", HelpName = "NAME" };
        var command = new Command("train", "train a model; the last line on stdout is the run folder") { config, set, store, name };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(config);
            var read = ConfigFile.Read(path, parsed.GetRequiredValue(set));
            using var display = new ProgressDisplay();
            using var session = RunSession.Start(
                read, parsed.GetRequiredValue(store), parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path), Environment.GetCommandLineArgs()[1..], TimeProvider.System, display);
            return Train(session, display, parsed.GetRequiredValue(store));
        });
        return command;
    }

    /// <summary>Trains to the end or to Ctrl-C, and prints the run folder.</summary>
    /// <param name="session">The run.</param>
    /// <param name="display">Where progress is seen.</param>
    /// <param name="asked">The path the user gave: where that is a whole one, so is the one printed.</param>
    internal static int Train(RunSession session, ProgressDisplay display, string asked)
    {
        using var interruption = new Interruption();
        session.Stepped = display.Step;
        session.Trained = interruption.Dispose;
        var folder = Path.IsPathRooted(asked) ? session.Folder.Root : Shown(session.Folder.Root);
        var outcome = session.Train(interruption.Token);
        display.Dispose();
        if (outcome == TrainingOutcome.Interrupted) Console.Error.WriteLine($"continue with: elbow resume {Quoted(folder)}");
        Console.Out.WriteLine(folder);
        return outcome == TrainingOutcome.Interrupted ? Boundary.Interrupted : Boundary.Success;
    }

    // As a shell takes it for one word.
    private static string Quoted(string path) => path.All(c => char.IsLetterOrDigit(c) || "/._-+:@%,".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    internal static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
}
