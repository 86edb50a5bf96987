using System.Diagnostics;
using System.Runtime.InteropServices;
using Elbow.Torch.Native;

namespace Elbow.Torch.Tests.Native;

/// <summary>The loader reads the environment once per process: each case is one test of this assembly, run as a process of its own.</summary>
public sealed partial class NativeLoaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Shim_NotBuilt_SaysHowToBuildIt()
    {
        // A libtorch of its own has a build folder of its own, which nobody has filled.
        Directory.CreateDirectory(Path.Combine(folder, "lib"));
        File.WriteAllText(Path.Combine(folder, "lib", "libtorch.so"), "");
        var output = Refused(("ELBOW_LIBTORCH", folder));
        Assert.Contains("libelbow_torch.so was not found (looked at", output, StringComparison.Ordinal);
        Assert.Contains("build it with ./elbow at the root of the repository", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_NamedWhereThereIsNone_SaysWhatToPointAt()
    {
        var output = Refused(("ELBOW_LIBTORCH", folder));
        Assert.Contains($"ELBOW_LIBTORCH is '{folder}', but there is no lib/libtorch.so in it", output, StringComparison.Ordinal);
        Assert.Contains("point ELBOW_LIBTORCH at the folder that holds lib/ and include/", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_Missing_SaysWhatToInstall()
    {
        // The shim itself, asking for a libtorch that no machine has.
        var shim = File.ReadAllBytes(Built());
        var name = "libtorch.so"u8;
        for (var at = shim.AsSpan().IndexOf(name); at >= 0; at = shim.AsSpan().IndexOf(name)) "libtgone.so"u8.CopyTo(shim.AsSpan(at));
        File.WriteAllBytes(Path.Combine(folder, "libelbow_torch.so"), shim);

        var output = Refused(("ELBOW_NATIVE", folder));
        Assert.Matches(@"libtgone\.so[.0-9]*: cannot open shared object file", output);
        Assert.Contains("apt-get install libtorch-dev libopenblas0-openmp", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shim_Damaged_SaysToBuildAgain()
    {
        File.WriteAllText(Path.Combine(folder, "libelbow_torch.so"), "not a library");
        var output = Refused(("ELBOW_NATIVE", folder));
        Assert.Contains($"{folder}/libelbow_torch.so cannot be opened", output, StringComparison.Ordinal);
        Assert.Contains("build again with ./elbow", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shim_InNamedFolder_IsTheOneThatLoads()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "libelbow_torch.so"), Built());
        Assert.Equal(0, Child(nameof(EngineTests), nameof(EngineTests.Version_IsLibtorchs), ("ELBOW_NATIVE", folder)).Code);
    }

    [Theory]
    [InlineData("GOMP_SPINCOUNT", "77")]
    [InlineData("OMP_WAIT_POLICY", "passive")]
    public void SpinCount_OfTheUser_Stays(string name, string value) =>
        Assert.Equal(0, Child(nameof(NativeLoaderTests), nameof(SpinCount_IsSetUnlessTheUserDecided), (name, value)).Code);

    [Fact]
    public void SpinCount_IsSetUnlessTheUserDecided()
    {
        _ = Engine.Version;
        // .NET keeps the environment that the process started with; the C library has what the loader put there.
        var expected = Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") ?? (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null ? "10000" : null);
        Assert.Equal(expected, Marshal.PtrToStringUTF8(getenv("GOMP_SPINCOUNT")));
    }

    // Beyond the limit OpenBLAS waits for threads that never come, and a process that hangs in it ends by SIGKILL alone.
    [Fact]
    public void ThreadLimit_OfTheUser_Holds() =>
        Assert.Equal(0, Child(nameof(EngineTests), nameof(EngineTests.Threads_StayWithinOpenMpsLimit), ("OMP_THREAD_LIMIT", "1")).Code);

    [Fact]
    public void BuildKey_IsSystemOrEightDigitsOfTheFolder()
    {
        Assert.Equal("system", NativeLoader.BuildKey(null));
        Assert.Equal("system", NativeLoader.BuildKey(""));
        // printf %s /opt/libtorch | sha256sum | cut -c1-8
        Assert.Equal("50563158", NativeLoader.BuildKey("/opt/libtorch"));
    }

    private static string Built() => Path.GetFullPath(NativeLoader.Candidates().First(File.Exists));

    private static string Refused(params (string Name, string Value)[] environment)
    {
        var (code, output) = Child(nameof(EngineTests), nameof(EngineTests.Version_IsLibtorchs), environment);
        Assert.NotEqual(0, code);
        Assert.Contains(nameof(TorchUnavailableException), output, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(TypeInitializationException), output, StringComparison.Ordinal);
        return output;
    }

    private static (int Code, string Output) Child(string type, string method, params (string Name, string Value)[] environment) =>
        Start(Path.Combine(AppContext.BaseDirectory, "Elbow.Torch.Tests"), ["--filter-method", $"*.{type}.{method}", "--no-progress"], environment);

    private static (int Code, string Output) Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "ELBOW_NATIVE", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY" }) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = new Timer(_ => process.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);
}
