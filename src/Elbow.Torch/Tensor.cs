using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>A libtorch tensor. Its lifetime belongs to the <see cref="TensorScope"/> it was made in.</summary>
/// <remarks>
/// Operators keep libtorch's names in Pascal case and its rules for broadcasting and type promotion; autograd records them. A tensor
/// belongs to the thread that made it, until it leaves the scopes of that thread.
/// </remarks>
[DebuggerDisplay("{ToString()}")]
public sealed partial class Tensor : IDisposable
{
    private static long live;
    private nint pointer;
    private Shape? shape;

    // Owns the native tensor while no scope does. Inside a scope there is none: a finaliser for each result costs more than its dispatch.
    private Handle? handle;

    internal Tensor(nint pointer)
    {
        this.pointer = pointer;
        Interlocked.Increment(ref live);
        if (TensorScope.Frame.Current is { } scope) scope.Add(this);
        else handle = new Handle(pointer);
    }

    /// <summary>How many native tensors are alive in this process: equal before and after anything that leaks nothing.</summary>
    public static long LiveCount => Interlocked.Read(ref live);

    internal TensorScope.Frame? Owner { get; private set; }

    internal int Slot { get; private set; }

    internal nint Pointer
    {
        get
        {
            if (pointer == 0) ThrowDisposed();
            return pointer;
        }
    }

    /// <summary>The sizes.</summary>
    public unsafe Shape Shape
    {
        get
        {
            // No operator here resizes its argument in place: what was read once stays true.
            if (shape is { } known) return known;
            var sizes = new long[NativeMethods.elbow_tensor_rank(Pointer)];
            fixed (long* p = sizes) NativeMethods.elbow_tensor_sizes(Pointer, p, null);
            GC.KeepAlive(this);
            shape = new Shape(sizes);
            return shape.Value;
        }
    }

    /// <summary>Number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Count;

    /// <summary>Element type.</summary>
    public DType DType
    {
        get
        {
            var type = (DType)NativeMethods.elbow_tensor_dtype(Pointer);
            GC.KeepAlive(this);
            return type;
        }
    }

    /// <summary>Where it lives.</summary>
    public Device Device
    {
        get
        {
            var code = NativeMethods.elbow_tensor_device(Pointer);
            GC.KeepAlive(this);
            return Device.FromCode(code);
        }
    }

    /// <summary>Frees the native tensor now; normally its scope does.</summary>
    public void Dispose()
    {
        Owner?.Remove(this);
        Free();
    }

    /// <summary>Type, shape, device, and the value when it is one number.</summary>
    public override string ToString() => pointer == 0 ? "(disposed tensor)" : Count == 1 ? $"{DType}{Shape} {ToDouble()}" : $"{DType}{Shape} {Device}";

    /// <summary>Moves the ownership to a scope, or to the tensor itself when there is none.</summary>
    internal void OwnBy(TensorScope.Frame? scope, int slot)
    {
        (Owner, Slot) = (scope, slot);
        if (scope is null && pointer != 0) handle = new Handle(pointer);
    }

    internal void Free()
    {
        Owner = null;
        var own = pointer;
        pointer = 0;
        if (handle is not null) handle.Dispose();
        else if (own != 0) Release(own);
    }

    [DoesNotReturn]
    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(Tensor));

    private static void Release(nint pointer)
    {
        Interlocked.Decrement(ref live);
        NativeMethods.elbow_tensor_free(pointer);
    }

    private sealed class Handle : OwnedHandle
    {
        internal Handle(nint pointer) : base(pointer) { }

        protected override void Free(nint pointer) => Release(pointer);
    }
}
