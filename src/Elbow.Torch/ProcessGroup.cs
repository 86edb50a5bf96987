using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>Processes that work on one training run, over libtorch's c10d: Gloo on the CPU, NCCL on GPUs.</summary>
public sealed class ProcessGroup : IDisposable
{
    private readonly Handle handle;

    private ProcessGroup(nint pointer, int rank, int size)
    {
        handle = new Handle(pointer);
        (Rank, Size) = (rank, size);
    }

    /// <summary>This process's number, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of processes.</summary>
    public int Size { get; }

    /// <summary>Meets the other processes at a TCP store that rank 0 holds.</summary>
    /// <param name="backend"><c>gloo</c> or <c>nccl</c>.</param>
    /// <param name="host">Where rank 0 listens.</param>
    /// <param name="port">Its port.</param>
    /// <param name="rank">This process's number.</param>
    /// <param name="size">Number of processes.</param>
    /// <param name="timeout">How long to wait for the others, at the start and in every operation.</param>
    /// <exception cref="TorchException">Not all arrived in time, or this build lacks the backend.</exception>
    public static ProcessGroup Join(string backend, string host, int port, int rank, int size, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, size);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.FromMilliseconds(1));
        var wait = (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
        NativeMethods.Check(
            NativeMethods.elbow_group_new(backend, host, port, rank, size, wait, out var pointer), $"join {backend} group as {rank} of {size} at {host}:{port}");
        return new ProcessGroup(pointer, rank, size);
    }

    /// <summary>Sums a tensor over all processes, in place.</summary>
    public void AllReduce(Tensor tensor) => NativeMethods.Check(NativeMethods.elbow_group_all_reduce(Pointer, tensor.Pointer), "all-reduce", this, tensor);

    /// <summary>Overwrites the tensor with that of one process, in place.</summary>
    public void Broadcast(Tensor tensor, int root = 0) => NativeMethods.Check(NativeMethods.elbow_group_broadcast(Pointer, tensor.Pointer, root), "broadcast", this, tensor);

    /// <summary>The tensors of all processes along a new first axis.</summary>
    public Tensor AllGather(Tensor tensor)
    {
        NativeMethods.Check(NativeMethods.elbow_group_all_gather(Pointer, tensor.Pointer, out var result), "all-gather", this, tensor);
        return new Tensor(result);
    }

    /// <summary>Waits until every process is here.</summary>
    public void Barrier() => NativeMethods.Check(NativeMethods.elbow_group_barrier(Pointer), "barrier", this);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private nint Pointer => handle.Pointer;

    private sealed class Handle : OwnedHandle
    {
        internal Handle(nint pointer) : base(pointer) { }

        protected override void Free(nint pointer) => NativeMethods.elbow_group_free(pointer);
    }
}
