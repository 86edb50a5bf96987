using System.Reflection;
using System.Runtime.InteropServices;

namespace Elbow.Experiments;

/// <summary>The data a run was trained on.</summary>
/// <param name="Id">Data set, such as <c>mnist</c> or a path.</param>
/// <param name="Sha256">Hash of its files, lower-case hexadecimal.</param>
/// <param name="Preprocessing">What was done to it: scale, binarisation, splits.</param>
public sealed record DataStamp(string Id, string Sha256, string Preprocessing)
{
    /// <summary>Channels, height and width of one example; null in runs from before this was kept.</summary>
    public IReadOnlyList<int>? Shape { get; init; }

    /// <summary>The smallest and the largest value that the data can take; null in runs from before this was kept.</summary>
    public IReadOnlyList<double>? Range { get; init; }
}

/// <summary>Weights that were not trained in the run.</summary>
/// <param name="Path">The file they came from.</param>
/// <param name="Sha256">Hash of that file, lower-case hexadecimal.</param>
public sealed record WeightsStamp(string Path, string Sha256);

/// <summary>The engine a run computes with.</summary>
/// <param name="Device">Such as <c>cpu</c> or <c>cuda:0 (name)</c>.</param>
/// <param name="Threads">Threads of one operator.</param>
/// <param name="Libtorch">Version of libtorch.</param>
/// <param name="Blas">Matrix library and version.</param>
public sealed record EngineStamp(string Device, int Threads, string Libtorch, string Blas);

/// <summary><c>environment.json</c>: what is needed to explain a difference between two runs of one configuration.</summary>
/// <param name="Format">Format of the run folder.</param>
/// <param name="ElbowVersion">Version of Elbow.</param>
/// <param name="Commit">Commit that Elbow was built from; null when the build did not know.</param>
/// <param name="DotNet">.NET version.</param>
/// <param name="OperatingSystem">Operating system and version.</param>
/// <param name="Cpu">Processor model and architecture.</param>
/// <param name="Cores">Logical processors that the process may use.</param>
/// <param name="MemoryBytes">Memory that the process may use.</param>
/// <param name="Engine">Device, threads, libtorch, BLAS.</param>
/// <param name="Seed">The one seed of the run.</param>
/// <param name="Data">What it was trained on.</param>
/// <param name="CommandLine">The arguments as given.</param>
/// <param name="CreatedAt">When the run began, UTC.</param>
public sealed record EnvironmentInfo(
    int Format,
    string ElbowVersion,
    string? Commit,
    string DotNet,
    string OperatingSystem,
    string Cpu,
    int Cores,
    long MemoryBytes,
    EngineStamp Engine,
    long Seed,
    DataStamp Data,
    IReadOnlyList<string> CommandLine,
    DateTimeOffset CreatedAt)
{
    /// <summary>Where the first weights came from, when the run was made by importing them.</summary>
    public WeightsStamp? Weights { get; init; }

    /// <summary>Asks this machine and adds what only the caller knows.</summary>
    public static EnvironmentInfo Capture(
        EngineStamp engine, long seed, DataStamp data, IReadOnlyList<string> commandLine, TimeProvider time)
    {
        var (version, commit) = SplitVersion(typeof(EnvironmentInfo).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
        return new EnvironmentInfo(
            RunFolder.Format,
            version,
            commit,
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            $"{CpuModel()} ({RuntimeInformation.ProcessArchitecture})",
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            engine,
            seed,
            data,
            commandLine,
            time.GetUtcNow());
    }

    /// <summary>Splits "1.2.3+commit".</summary>
    internal static (string Version, string? Commit) SplitVersion(string informational) =>
        informational.Split('+', 2) is [var version, var commit] ? (version, commit) : (informational, null);

    private static string CpuModel()
    {
        const string linux = "/proc/cpuinfo";
        var line = File.Exists(linux)
            ? File.ReadLines(linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
    }
}
