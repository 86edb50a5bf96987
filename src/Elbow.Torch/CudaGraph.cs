using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>Work recorded once on a GPU and replayed without launching its kernels one by one; small networks are bound by launches.</summary>
/// <remarks>
/// What is captured reads and writes the same tensors at every replay: inputs are overwritten in place before it, results are valid until
/// the next one. A backward pass can be captured once nothing recorded earlier over the same leaves is alive.
/// </remarks>
public sealed class CudaGraph : IDisposable
{
    private readonly Handle handle;

    /// <summary>An empty graph.</summary>
    /// <exception cref="TorchException">This libtorch has no CUDA.</exception>
    public CudaGraph()
    {
        NativeMethods.Check(NativeMethods.elbow_cuda_graph_new(out var pointer), "CUDA graph");
        handle = new Handle(pointer);
    }

    /// <summary>Whether this libtorch (2.4 and later) can record draws from a <see cref="Generator"/>.</summary>
    public static bool RecordsDraws => Engine.Version.Split('.') is [var major, var minor, ..] && (int.Parse(major), int.Parse(minor)).CompareTo((2, 4)) >= 0;

    /// <summary>Records what <paramref name="work"/> launches on this thread; nothing is computed before the first replay.</summary>
    /// <param name="work">What to record. It must not read a number back from the GPU.</param>
    /// <param name="generator">What the work draws from, if it draws: every replay continues the stream. It must outlive the graph.</param>
    /// <exception cref="TorchException">
    /// Something in the work cannot be recorded, or it draws and libtorch cannot record that. After the first, the generator may refuse to draw.
    /// </exception>
    public void Capture(Action work, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        NativeMethods.Check(NativeMethods.elbow_cuda_graph_begin(handle.Pointer, generator?.Pointer ?? 0), "CUDA graph capture", this, generator);
        try
        {
            work();
        }
        catch
        {
            // What broke the work says more than that the capture is broken too.
            _ = NativeMethods.elbow_cuda_graph_end(handle.Pointer);
            throw;
        }
        NativeMethods.Check(NativeMethods.elbow_cuda_graph_end(handle.Pointer), "CUDA graph capture", this);
    }

    /// <summary>Runs the recorded work.</summary>
    public void Replay() => NativeMethods.Check(NativeMethods.elbow_cuda_graph_replay(handle.Pointer), "CUDA graph replay", this);

    /// <summary>Waits for everything launched on the GPU.</summary>
    public static void Synchronize() => NativeMethods.Check(NativeMethods.elbow_cuda_synchronize(), "synchronize");

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private sealed class Handle : OwnedHandle
    {
        internal Handle(nint pointer) : base(pointer) { }

        protected override void Free(nint pointer) => NativeMethods.elbow_cuda_graph_free(pointer);
    }
}
