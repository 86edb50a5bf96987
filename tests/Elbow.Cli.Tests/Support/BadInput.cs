namespace Elbow.Cli.Tests.Support;

/// <summary>A mistake and what the command must say about it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Arguments">The command line.</param>
/// <param name="What">Pieces of the line that says what is wrong.</param>
/// <param name="Mend">Pieces of what follows.</param>
internal sealed record BadInput(string Name, string[] Arguments, string[] What, string[] Mend)
{
    private const int MostLines = 8;

    /// <summary>Makes the mistake.</summary>
    public Action<Workspace> Prepare { get; init; } = _ => { };

    public int ExitCode { get; init; } = 2;

    /// <summary>Runs the command and checks exit code, both lines, and that nobody is shown a stack.</summary>
    public void Check(Workspace at)
    {
        Prepare(at);
        var outcome = ElbowProcess.Run(at, Arguments);
        var all = $"exit code {outcome.ExitCode}\n{outcome.Out}\n{outcome.Err}";
        Assert.True(ExitCode == outcome.ExitCode, all);
        Assert.DoesNotContain("   at ", outcome.Err);
        Assert.DoesNotContain("unexpected", outcome.Err);
        var lines = outcome.ErrLines;
        var first = lines.ToList().FindIndex(line => line.StartsWith("elbow: ", StringComparison.Ordinal));
        Assert.True(first >= 0 && lines.Count - first <= MostLines, all);
        var mend = string.Join('\n', lines.Skip(first + 1));
        Assert.All(What, piece => Assert.Contains(piece, string.Join('\n', lines.Skip(first).SkipLast(1)), StringComparison.Ordinal));
        Assert.All(Mend, piece => Assert.Contains(piece, mend, StringComparison.Ordinal));
    }
}
