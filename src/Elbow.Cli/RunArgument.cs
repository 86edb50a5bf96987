using System.CommandLine;

namespace Elbow.Cli;

/// <summary>How commands name a run and a checkpoint in it.</summary>
internal static class RunArgument
{
    internal static Argument<string> Create() => new("run") { Description = "run folder", HelpName = "RUN" };

    internal static Option<string?> Checkpoint() => new("--checkpoint") { Description = "best (default), last or epoch-N", HelpName = "NAME" };

    internal static Option<string> Split() => new("--split") { Description = "train, validation or test", DefaultValueFactory = _ => "test", HelpName = "SPLIT" };
}
