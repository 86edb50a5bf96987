using System.Diagnostics;

namespace Elbow.Tests.Support;

/// <summary>The system's Python, for what another program must be able to do with our files.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";
    private static readonly Lazy<bool> HasTorch = new(() => File.Exists(Program) && Start("-c", "import numpy, torch").ExitCode == 0);

    /// <summary>Why tests with PyTorch are skipped; null when they are not.</summary>
    internal static string? WithoutTorch => HasTorch.Value ? null : "plain PyTorch is not there: ./elbow test installs python3-torch where it may";

    /// <summary>Runs a script and returns what it printed; fails the test with its complaint.</summary>
    internal static string Run(params string[] arguments)
    {
        var (exitCode, output, errors) = Start(arguments);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static (int ExitCode, string Output, string Errors) Start(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
