using System.CommandLine;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow resume RUN</c></summary>
internal static class ResumeCommand
{
    internal static Command Create()
    {
        var run = RunArgument.Create();
        var epochs = new Option<int?>("--epochs") { Description = "train up to this many epochs in all, instead of those in the configuration", HelpName = "N" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "continue from best or epoch-N, should last be damaged", HelpName = "NAME" };
        var command = new Command("resume", "continue a run exactly where its last checkpoint stands") { run, epochs, checkpoint };
        command.SetAction(parsed =>
        {
            using var display = new ProgressDisplay();
            string[] overrides = parsed.GetValue(epochs) is { } n ? [$"training.epochs={n}"] : [];
            using var session = RunSession.Resume(parsed.GetRequiredValue(run), overrides, parsed.GetValue(checkpoint), TimeProvider.System, display);
            return TrainCommand.Train(session, display, parsed.GetRequiredValue(run));
        });
        return command;
    }
}
