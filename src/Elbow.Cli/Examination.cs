using System.Runtime.Intrinsics.X86;
using Elbow.Data;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Cli;

/// <summary>What <c>doctor</c> looks at, in about two seconds.</summary>
internal static class Examination
{
    // A core with AVX2 reaches 50 to 100 GFLOP/s in float32; the reference BLAS reaches 1 to 5.
    private const double SlowPerThread = 10;
    private const double GiB = 1L << 30;
    private const string InstallBlas = "apt-get install libopenblas0-openmp";

    internal static IReadOnlyList<Check> Run() => [.. Torch(), Memory(), Disk(), .. DataSets()];

    private static IReadOnlyList<Check> Torch()
    {
        try
        {
            Engine.Threads = Environment.ProcessorCount;
            return [Library(), Blas(), Speed(), Threads(), Allocator(), Vectors(), Gpu()];
        }
        catch (Exception error) when ((error as TorchUnavailableException ?? error.InnerException as TorchUnavailableException) is { } missing)
        {
            return [new Check("libtorch", CheckState.Missing, missing.What, missing.Mend) { Vital = true }];
        }
    }

    private static Check Library() => new("libtorch", CheckState.Ok, $"{Engine.Version}, {string.Join(" and ", Engine.LoadedTorch())}");

    private static Check Blas()
    {
        var files = Engine.LoadedBlas();
        bool Has(string part) => files.Any(file => file.Contains(part, StringComparison.OrdinalIgnoreCase));
        var names = files.FirstOrDefault(file => file.Contains("libblas", StringComparison.Ordinal)) ?? string.Join(", ", files);
        if (Has("openblas-pthread")) return new Check("BLAS", CheckState.Slow, $"OpenBLAS with a thread pool of its own, beside libtorch's ({names})", InstallBlas);
        if (Has("openblas")) return new Check("BLAS", CheckState.Ok, $"OpenBLAS ({names})");
        if (Has("mkl")) return new Check("BLAS", CheckState.Ok, $"MKL ({names})");
        if (Has("blis")) return new Check("BLAS", CheckState.Ok, $"BLIS ({names})");
        if (Has("libtorch_cpu")) return new Check("BLAS", CheckState.Ok, $"inside libtorch ({Built("BLAS_INFO=", ',') ?? "unnamed"})");
        return new Check("BLAS", CheckState.Slow, $"the reference BLAS, up to forty times slower than need be ({names})", InstallBlas);
    }

    private static Check Speed()
    {
        var (speed, size) = MatrixSpeed.Measure();
        var found = $"{speed:F0} GFLOP/s, float32, {size} x {size}, {Engine.Threads} threads";
        return speed / Engine.Threads >= SlowPerThread
            ? new Check("product", CheckState.Ok, found, Value: speed)
            : new Check("product", CheckState.Slow, found, $"if BLAS above is ok the machine is busy (see top), else {InstallBlas}", speed);
    }

    private static Check Threads()
    {
        var found = $"{Engine.Threads} of {Environment.ProcessorCount} cores (training.threads changes it), {Engine.WaitPolicy}";
        return Engine.KernelThreads == Engine.Threads
            ? new Check("threads", CheckState.Ok, found, Value: Engine.Threads)
            : new Check("threads", CheckState.Slow, $"{found}; Elbow's own kernels use {Engine.KernelThreads}", "build the shim with a compiler that has OpenMP (g++)", Engine.Threads);
    }

    private static Check Allocator() => new("malloc", CheckState.Ok, Engine.Allocator);

    private static Check Vectors()
    {
        var machine = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2";
        var used = Built("CPU capability usage: ", '\n') ?? "unknown";
        return Avx2.IsSupported && !used.Contains("AVX", StringComparison.Ordinal)
            ? new Check("vectors", CheckState.Slow, $"the processor has {machine}, libtorch uses {used}", "unset ATEN_CPU_CAPABILITY, or use a libtorch built with AVX2")
            : new Check("vectors", CheckState.Ok, $"the processor has {machine}, libtorch uses {used}");
    }

    private static Check Gpu()
    {
        var count = Engine.CudaDevices;
        if (count > 0) return new Check("GPU", CheckState.Ok, $"{count} with CUDA (training.device=cuda)", Value: count);
        return File.Exists("/proc/driver/nvidia/version")
            ? new Check("GPU", CheckState.Slow, $"there is one, but libtorch {Engine.Version} has no CUDA", "point ELBOW_LIBTORCH at a libtorch with CUDA (in Python: the folder of the torch package)", 0)
            : new Check("GPU", CheckState.Ok, "none: everything runs on the processor", Value: 0);
    }

    private static Check Memory()
    {
        var all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB;
        var found = $"{all:F1} GiB";
        return all < 2
            ? new Check("memory", CheckState.Slow, found, "close other programs; small batches (training.batchSize) need less", all)
            : new Check("memory", CheckState.Ok, found, Value: all);
    }

    private static Check Disk()
    {
        var runs = Path.GetFullPath("runs");
        var free = new DriveInfo(Directory.Exists(runs) ? runs : Environment.CurrentDirectory).AvailableFreeSpace / GiB;
        var found = $"{free:F1} GiB free at {runs}";
        return free < 1
            ? new Check("disk", CheckState.Missing, found, "free some space, or train with --out on another disk", free)
            : new Check("disk", CheckState.Ok, found, Value: free);
    }

    private static IEnumerable<Check> DataSets()
    {
        var locator = DataLocator.Default();
        foreach (var set in KnownData.All)
        {
            var place = DataPlace.Of(set, locator);
            yield return place.Get is null
                ? new Check(set.Kind, CheckState.Ok, place.Path ?? "bundled")
                : new Check(set.Kind, CheckState.Missing, "not on this machine; needed only to train on it", place.Get);
        }
    }

    private static string? Built(string before, char after)
    {
        var info = Engine.BuildInfo;
        var at = info.IndexOf(before, StringComparison.Ordinal);
        return at < 0 ? null : info[(at + before.Length)..].Split(after, '\n')[0].Trim();
    }
}
