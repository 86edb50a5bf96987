using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Elbow.Torch.Native;

/// <summary>
/// Finds and opens <c>libelbow_torch.so</c>, after telling libgomp and glibc how to behave: both read their settings once, when
/// they load, from the C environment, which <see cref="Environment.SetEnvironmentVariable(string, string)"/> does not reach.
/// </summary>
internal static partial class NativeLoader
{
    private const string FileName = "libelbow_torch.so";
    private static readonly Lock Gate = new();
    private static bool registered;
    private static nint opened;

    /// <summary>How threads wait for each other.</summary>
    internal static string WaitPolicy { get; private set; } = "GOMP_SPINCOUNT=10000 (set by Elbow)";

    /// <summary>How large blocks of memory are kept.</summary>
    internal static string Allocator { get; private set; } = "glibc keeps freed blocks (set by Elbow)";

    internal static void Register()
    {
        lock (Gate)
        {
            if (registered) return;
            registered = true;
            NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);
        }
    }

    /// <summary>Where the shim is looked for, in this order.</summary>
    internal static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("ELBOW_NATIVE") is { Length: > 0 } folder)
        {
            // Who names a folder means that one: another build found elsewhere would hide the mistake.
            yield return Path.Combine(folder, FileName);
            yield break;
        }
        var home = AppContext.BaseDirectory;
        var libtorch = Environment.GetEnvironmentVariable("ELBOW_LIBTORCH");
        var key = BuildKey(libtorch);
        for (var parent = new DirectoryInfo(home); parent is not null; parent = parent.Parent)
        {
            yield return Path.Combine(parent.FullName, "artifacts", "native", key, FileName);
        }
        // What lies beside the program was built for the system's libtorch: over another one it would crash, or bring in both.
        if (!string.IsNullOrEmpty(libtorch)) yield break;
        yield return Path.Combine(home, FileName);
        yield return Path.Combine(home, "runtimes", "linux-x64", "native", FileName);
        // Where the .NET host expects the native parts of packages.
        foreach (var search in (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return Path.Combine(search, FileName);
        }
    }

    /// <summary>The build folder of the shim: one for the system's libtorch, one for each folder named in ELBOW_LIBTORCH.</summary>
    internal static string BuildKey(string? libtorch) => string.IsNullOrEmpty(libtorch)
        ? "system"
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(libtorch)))[..8];

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != NativeMethods.Library) return 0;
        lock (Gate)
        {
            if (opened != 0) return opened;
            SetUpThreads();
            SetUpMemory();
            PreloadLibtorch(Environment.GetEnvironmentVariable("ELBOW_LIBTORCH"));
            return opened = Open();
        }
    }

    private static nint Open()
    {
        var tried = new List<string>();
        foreach (var candidate in Candidates().Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            tried.Add(candidate);
            if (!File.Exists(candidate)) continue;
            try
            {
                return NativeLibrary.Load(candidate);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw new TorchUnavailableException(
                    $"{candidate} cannot be opened, because libtorch is missing or is not the one that it was built for: {Reason(error)}",
                    "install libtorch (Debian: apt-get install libtorch-dev libopenblas0-openmp), then build again with ./elbow at the root of the repository", error);
            }
        }
        throw new TorchUnavailableException(
            tried.Count == 1 ? $"there is no {tried[0]}" : $"{FileName} was not found (looked at {tried.Count} places, first {tried[0]})",
            Environment.GetEnvironmentVariable("ELBOW_NATIVE") is { Length: > 0 }
                ? "correct ELBOW_NATIVE (only that folder is looked at while it is set), or unset it"
                : "build it with ./elbow at the root of the repository, or name its folder in ELBOW_NATIVE");
    }

    // .NET's own sentence comes first and says nothing; the linker's follows.
    private static string Reason(Exception error)
    {
        var lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 1 ? lines[1] : lines[0];
    }

    // The shim's entry for libtorch names a file, not a folder: what is loaded already under that name is what it gets.
    private static void PreloadLibtorch(string? libtorch)
    {
        if (string.IsNullOrEmpty(libtorch)) return;
        var folder = Path.Combine(libtorch, "lib");
        if (!File.Exists(Path.Combine(folder, "libtorch.so")))
        {
            throw new TorchUnavailableException(
                $"ELBOW_LIBTORCH is '{libtorch}', but there is no lib/libtorch.so in it",
                "point ELBOW_LIBTORCH at the folder that holds lib/ and include/ (in Python: the folder of the torch package), or unset it");
        }
        foreach (var file in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var path = Path.Combine(folder, file);
            if (File.Exists(path)) NativeLibrary.TryLoad(path, out _);
        }
    }

    // Spinning at barriers burns the core that the other thread needs when cores are shared.
    private static void SetUpThreads()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is { } policy) WaitPolicy = $"OMP_WAIT_POLICY={policy}";
        else if (Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is { } spins) WaitPolicy = $"GOMP_SPINCOUNT={spins}";
        else _ = setenv("GOMP_SPINCOUNT", "10000", overwrite: 0);
    }

    // glibc gives large blocks back to the system after every operator, and the page faults cost more than the arithmetic.
    private static void SetUpMemory()
    {
        const int fastBins = 1, trimThreshold = -1, mmapThreshold = -3, mmapMax = -4, topPad = -2;
        var own = new[] { "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_MMAP_MAX_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES", "LD_PRELOAD" };
        if (own.FirstOrDefault(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }) is { } set)
        {
            Allocator = $"left to {set}";
            return;
        }
        _ = mallopt(mmapThreshold, 32 << 20);
        _ = mallopt(mmapMax, 0);
        _ = mallopt(topPad, 64 << 20);
        _ = mallopt(trimThreshold, 512 << 20);
        // A small block freed next to the end of the heap sweeps the fast bins; libtorch's aligned blocks end there with every operator.
        _ = mallopt(fastBins, 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
    [LibraryImport("libc")] private static partial int mallopt(int parameter, int value);
}
