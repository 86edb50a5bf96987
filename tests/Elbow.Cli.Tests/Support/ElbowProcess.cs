using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Elbow.Cli.Tests.Support;

/// <summary>What a command left behind.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Err)
{
    public IReadOnlyList<string> OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> ErrLines => Err.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test with everything that was printed when the command failed.</summary>
    public Outcome MustSucceed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Out}\n{Err}");
        return this;
    }
}

/// <summary>The real command as a process of its own.</summary>
internal sealed partial class ElbowProcess : IDisposable
{
    public const int SigHup = 1, SigInt = 2, SigKill = 9, SigTerm = 15;
    private static readonly string[] Nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process process;
    private readonly StringBuilder err = new(), stdout = new();
    private readonly TaskCompletionSource<string?> firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ElbowProcess(Process process) => this.process = process;

    /// <summary>The program as the build of the command-line project leaves it.</summary>
    public static string Program { get; } = Find();

    private static bool Ignored(int signal) => File.Exists("/proc/self/status") && File.ReadLines("/proc/self/status")
        .Any(line => line.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToUInt64(line[7..].Trim(), 16) & 1UL << (signal - 1)) != 0);

    public bool HasExited => process.HasExited;

    /// <summary>Runs to the end.</summary>
    public static Outcome Run(Workspace at, params IReadOnlyList<string> arguments)
    {
        using var started = Start(at, arguments);
        return started.Wait();
    }

    public static ElbowProcess Start(Workspace at, params IReadOnlyList<string> arguments)
    {
        string[] command = [.. at.Unprivileged && Environment.IsPrivilegedProcess ? Nobody : [], .. at.Closing is { } closing ? ["bash", "-c", $"exec \"$@\" {closing}", "bash"] : Array.Empty<string>(), Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = at.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        // What data lies on this machine must not matter.
        start.Environment["ELBOW_DATA"] = at.At("sets");
        start.Environment["ELBOW_CACHE"] = at.At("cache");
        foreach (var (name, value) in at.Environment) start.Environment[name] = value;
        var elbow = new ElbowProcess(new Process { StartInfo = start });
        elbow.process.OutputDataReceived += (_, e) =>
        {
            Add(elbow.stdout, e.Data);
            // Null at the end of the stream.
            elbow.firstLine.TrySetResult(e.Data);
        };
        elbow.process.ErrorDataReceived += (_, e) => Add(elbow.err, e.Data);
        elbow.process.Start();
        elbow.process.BeginOutputReadLine();
        elbow.process.BeginErrorReadLine();
        return elbow;
    }

    public void Signal(int signal)
    {
        // A shell that starts the tests in the background has Ctrl-C ignored by everything below it, nohup the end of the terminal. SIGTERM asks Elbow for the same.
        if (!process.HasExited) _ = Kill(process.Id, Ignored(signal) ? SigTerm : signal);
    }

    /// <summary>The first line on stdout, as soon as it is there.</summary>
    public string FirstLine()
    {
        if (firstLine.Task.Wait(Patience) && firstLine.Task.Result is { } line) return line;
        throw new InvalidOperationException($"nothing on stdout: {Wait()}");
    }

    /// <summary>Waits a while; true when it has ended by itself.</summary>
    public bool EndsWithin(TimeSpan time) => process.WaitForExit(time);

    public Outcome Wait()
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"{process.StartInfo.ArgumentList[0]} did not end within {Patience}\n{stdout}\n{err}");
        }
        process.WaitForExit();
        return new Outcome(process.ExitCode, stdout.ToString(), err.ToString());
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }

    // artifacts/bin/Elbow.Cli.Tests/CONFIGURATION/ → artifacts/bin/Elbow.Cli/CONFIGURATION/
    private static string Find()
    {
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Elbow.Cli", here.Name, "Elbow.Cli");
        Assert.True(File.Exists(program), $"{program} is not built");
        return program;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
