using System.CommandLine;
using System.CommandLine.Help;
using Elbow.Cli.Commands;

namespace Elbow.Cli;

/// <summary>The command map.</summary>
internal static class Program
{
    // Not a RootCommand: that one is called after the file, which no user types.
    internal static Command Root() => new("elbow", "Elbow: train variational autoencoders, take the ELBO apart, look at the result.")
    {
        new HelpOption { Recursive = true },
        new VersionOption(),
        Boundary.Debug,
        DemoCommand.Create(),
        DoctorCommand.Create(),
        DataCommand.Create(),
        ConfigCommand.Create(),
        TrainCommand.Create(),
        ResumeCommand.Create(),
        EvaluateCommand.Create(),
        MetricCommand.Create(),
        AnatomyCommand.Create(),
        SampleCommand.Create(),
        ReconstructCommand.Create(),
        TraverseCommand.Create(),
        InterpolateCommand.Create(),
        EmbedCommand.Create(),
        DecodeCommand.Create(),
        DisentangleCommand.Create(),
        RefitPriorCommand.Create(),
        BandwidthCommand.Create(),
        ExploreCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        CompareCommand.Create(),
        StudioCommand.Create(),
        ReportCommand.Create(),
    };

    private static int Main(string[] args)
    {
        Console.SetOut(new StandardOutput(Console.Out));
        Console.SetError(new StandardError(Console.Error));
        return Boundary.Run(Root(), args);
    }
}
