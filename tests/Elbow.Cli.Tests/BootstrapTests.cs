using System.Diagnostics;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>
/// <c>./elbow</c> on machines where something is missing: the script runs with a PATH that holds nothing but a few tools and stand-ins
/// for dotnet, dpkg-query, apt-get, sudo and cmake. Each obstacle is said in two lines, with exit code 2.
/// </summary>
public sealed class BootstrapTests : IDisposable
{
    private const string Ok = "exit 0", Fails = "exit 1", Absent = "";
    private static readonly string[] Tools = ["bash", "env", "mkdir", "flock", "grep", "tail", "head", "cut", "sha256sum", "dirname", "find", "touch", "nproc", "sort", "cat", "sed", "paste"];
    private static readonly string[] Folders = ["/usr/bin", "/bin"];
    private readonly Workspace at = new();

    // What dotnet, dpkg-query, apt-get and cmake do, then pieces of both lines.
    public static TheoryData<string, string, string, string, string, string, string> Obstacles => new()
    {
        { "no SDK", Absent, Ok, Ok, Ok, "the .NET SDK is not installed", "install .NET SDK 10" },
        { "SDK too old", "[[ $1 == --version ]] && exit 145; echo '8.0.100 [/x]'", "echo installed", Ok, Ok, "among those installed: 8.0.100", "install .NET SDK 10" },
        { "nothing installed, no apt-get", Ok, Fails, Absent, Ok, "missing: g++ cmake make libtorch-dev", "package manager" },
        { "not Debian, no compiler", Ok, Absent, Absent, Absent, "missing: g++ cmake make", "package manager" },
        { "another apt-get at work", Ok, Fails, "echo 'E: Could not get lock /var/lib/apt/lists/lock' >&2; exit 100", Ok, "another program is installing packages", "wait until it has ended" },
        { "offline", Ok, Fails, "[[ $* == *update* ]] && echo 'W: Failed to fetch'; exit 100", Ok, "the package lists cannot be fetched", "check the network" },
        { "no such package", Ok, Fails, "[[ $1 == update ]] && exit 0; echo 'E: Unable to locate package libtorch-dev' >&2; exit 100", Ok, "failed: E: Unable to locate package libtorch-dev", "apt-get install" },
        { "no cmake", Ok, "echo installed", Ok, Absent, "building the native shim failed", "build.log" },
        { "shim does not compile", Ok, "echo installed", Ok, "echo 'shim.cpp: error: broken'; exit 1", "building the native shim failed", "build.log" },
        { "shim fails without a word", Ok, "echo installed", Ok, Fails, "building the native shim failed", "build.log" },
        { "build fails without a word", "[[ $1 == --version ]] && exit 0; exit 1", "echo installed", Ok, Ok, "the build failed", "build.log" },
    };

    public void Dispose() => at.Dispose();

    [Theory, MemberData(nameof(Obstacles))]
    public void Script_Obstacle_IsSaidInTwoLines(string name, string dotnet, string query, string install, string cmake, string what, string mend)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is for Linux");
        var (exitCode, err) = Run(dotnet, query, install, cmake);
        Assert.True(exitCode == 2, $"{name}: exit code {exitCode}\n{err}");
        var lines = err.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("elbow: ", lines[^2], StringComparison.Ordinal);
        Assert.Contains(what, lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("       ", lines[^1], StringComparison.Ordinal);
        Assert.Contains(mend, lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Script_OldListsButPackagesToBeHad_GoesOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is for Linux");
        var (_, err) = Run(Ok, Fails, "[[ $1 == update ]] && exit 100; exit 0", "echo 'error: as far as this'; exit 1");
        Assert.Contains("building the native shim failed", err, StringComparison.Ordinal);
    }

    [Fact]
    public void Script_BareMachine_AsksForEveryPackageAtOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is for Linux");
        var asked = at.At("asked");
        Run(Ok, Fails, $"echo \"$*\" >>'{asked}'; exit 0", "echo 'error: as far as this'; exit 1");
        Assert.Equal(
            ["update -qq", "install -y -qq --no-install-recommends g++ cmake make libtorch-dev libopenblas0-openmp libgloo-dev libstb-dev"], File.ReadAllLines(asked));
    }

    private (int ExitCode, string Err) Run(string dotnet, string query, string install, string cmake)
    {
        var tools = Directory.CreateDirectory(at.At("bin")).FullName;
        foreach (var tool in Tools) File.CreateSymbolicLink(Path.Combine(tools, tool), Folders.Select(folder => Path.Combine(folder, tool)).First(File.Exists));
        foreach (var (name, does) in new[] { ("dotnet", dotnet), ("dpkg-query", query), ("apt-get", install), ("cmake", cmake), ("sudo", "[[ $1 == -v ]] && exit 0; \"$@\"") })
        {
            if (does.Length == 0) continue;
            var path = at.Write($"bin/{name}", $"#!/bin/bash\n{does}\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        Directory.CreateDirectory(at.At("repo", "src"));
        at.Write("repo/native/shim.cpp", "");
        File.Copy(Path.Combine(Repository.Root, "elbow"), at.At("repo", "elbow"));
        var start = new ProcessStartInfo(Path.Combine(tools, "bash"), [at.At("repo", "elbow"), "--help"]) { WorkingDirectory = at.Root, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = tools;
        start.Environment.Remove("ELBOW_LIBTORCH");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var err = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, err + output.Result);
    }
}
