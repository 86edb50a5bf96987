using Elbow.Cli.Tests.Support;

[assembly: AssemblyFixture(typeof(TrainedRun))]

namespace Elbow.Cli.Tests.Support;

/// <summary>One trained run that all tests share; those that change it take a copy.</summary>
public sealed class TrainedRun : IDisposable
{
    private readonly Workspace workspace = new();

    public TrainedRun()
    {
        workspace.Write("tiny.json", Configs.Digits);
        var outcome = ElbowProcess.Run(workspace, "train", "tiny.json").MustSucceed();
        (StandardOutput, Path) = (outcome.OutLines, workspace.At(outcome.OutLines[^1]));
    }

    /// <summary>The run folder.</summary>
    public string Path { get; }

    /// <summary>What training printed.</summary>
    public IReadOnlyList<string> StandardOutput { get; }

    public void Dispose() => workspace.Dispose();
}
