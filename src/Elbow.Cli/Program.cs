using System.CommandLine;
using Elbow.Cli.Commands;

namespace Elbow.Cli;

/// <summary>The command map.</summary>
internal static class Program
{
    internal static RootCommand Root() => new("Elbow: train variational autoencoders, take the ELBO apart, look at the result.")
    {
        Boundary.Debug,
        DemoCommand.Create(),
        DoctorCommand.Create(),
        DataCommand.Create(),
        ConfigCommand.Create(),
        TrainCommand.Create(),
        ResumeCommand.Create(),
        EvaluateCommand.Create(),
        SampleCommand.Create(),
        ReconstructCommand.Create(),
        TraverseCommand.Create(),
        InterpolateCommand.Create(),
        EmbedCommand.Create(),
        BandwidthCommand.Create(),
        CompareCommand.Create(),
    };

    private static int Main(string[] args) => Boundary.Run(Root(), args);
}
