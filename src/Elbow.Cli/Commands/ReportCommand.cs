using System.CommandLine;
using Elbow.Studio.Report;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow report RUN ...</c></summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "run folders", HelpName = "RUN", Arity = ArgumentArity.OneOrMore };
        var path = new Option<string>("--out") { Description = "file to write", DefaultValueFactory = _ => "report.html", HelpName = "FILE" };
        var command = new Command("report", "the studio's views of some runs in one file that works offline; the last line on stdout is the file") { runs, path };
        command.SetAction(parsed =>
        {
            var file = parsed.GetRequiredValue(path);
            foreach (var text in ReportFile.Write(parsed.GetRequiredValue(runs), file)) Console.Error.WriteLine($"left out: {text}");
            Console.Out.WriteLine(file);
            return Boundary.Success;
        });
        return command;
    }
}
