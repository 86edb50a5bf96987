using System.Runtime.InteropServices;
using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>The libtorch that this process runs on.</summary>
public static class Engine
{
    /// <summary>libtorch's version.</summary>
    public static string Version => Marshal.PtrToStringUTF8(NativeMethods.elbow_version()) ?? "";

    /// <summary>How libtorch was built, and its threads: several lines.</summary>
    public static string BuildInfo => Marshal.PtrToStringUTF8(NativeMethods.elbow_build_info()) ?? "";

    /// <summary>Threads inside one operator, 1 to 1024; never more than <c>OMP_THREAD_LIMIT</c>, whatever is asked for.</summary>
    /// <remarks>For this thread and those that have not used libtorch yet: one that has keeps the number it found.</remarks>
    public static int Threads
    {
        get => NativeMethods.elbow_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            NativeMethods.Check(NativeMethods.elbow_set_threads(value), "set threads");
        }
    }

    /// <summary>Threads inside one of Elbow's own kernels, measured: <see cref="Threads"/>, or 1 where the shim was built without OpenMP.</summary>
    public static int KernelThreads => NativeMethods.elbow_kernel_threads();

    /// <summary>Number of CUDA devices that can be used; 0 when libtorch has no CUDA.</summary>
    public static int CudaDevices => NativeMethods.elbow_cuda_devices();

    /// <summary>Asks for kernels whose result does not depend on scheduling.</summary>
    public static void UseDeterministicKernels(bool on = true) => NativeMethods.Check(NativeMethods.elbow_set_deterministic(on ? 1 : 0), "deterministic kernels");

    /// <summary>The files of the BLAS libraries loaded into this process, for example <c>/usr/lib/.../libopenblas.so.0</c>; libtorch's own where it has one inside.</summary>
    public static IReadOnlyList<string> LoadedBlas()
    {
        // A GPU's BLAS is no help to the processor.
        IReadOnlyList<string> files = [.. Loaded("blas", "mkl").Where(path => !Path.GetFileName(path).Contains("cublas", StringComparison.Ordinal))];
        return files.Count > 0 ? files : Loaded("libtorch_cpu");
    }

    /// <summary>The files of libtorch and of Elbow's shim that this process has loaded.</summary>
    public static IReadOnlyList<string> LoadedTorch() => Loaded("libtorch_cpu", "libelbow_torch");

    /// <summary>The setting that says how threads wait for each other at the end of an operator.</summary>
    public static string WaitPolicy => Version.Length > 0 ? NativeLoader.WaitPolicy : "";

    /// <summary>What happens to large blocks of memory when an operator frees them.</summary>
    public static string Allocator => Version.Length > 0 ? NativeLoader.Allocator : "";

    private static IReadOnlyList<string> Loaded(params string[] parts)
    {
        _ = Version;
        return [.. File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => path.StartsWith('/') && parts.Any(part => Path.GetFileName(path).Contains(part, StringComparison.Ordinal)))
            .Distinct().Order(StringComparer.Ordinal)];
    }
}
