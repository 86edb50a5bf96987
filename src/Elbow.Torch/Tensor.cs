using System.Diagnostics;
using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>A libtorch tensor. Its lifetime belongs to the <see cref="TensorScope"/> it was made in.</summary>
/// <remarks>
/// Operators keep libtorch's names in Pascal case and its rules for broadcasting and type promotion; autograd records them. A tensor
/// belongs to the thread that made it.
/// </remarks>
[DebuggerDisplay("{ToString()}")]
public sealed partial class Tensor : IDisposable
{
    private static long live;
    private readonly Handle handle;
    private Shape? shape;

    internal Tensor(nint pointer)
    {
        handle = new Handle(pointer);
        TensorScope.Frame.Current?.Add(this);
    }

    /// <summary>How many native tensors are alive in this process: equal before and after anything that leaks nothing.</summary>
    public static long LiveCount => Interlocked.Read(ref live);

    internal TensorScope.Frame? Owner { get; set; }

    internal int Slot { get; set; }

    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle.IsClosed, this);
            return handle.DangerousGetHandle();
        }
    }

    /// <summary>The sizes.</summary>
    public unsafe Shape Shape
    {
        get
        {
            if (shape is { } known) return known;
            var sizes = new long[NativeMethods.elbow_tensor_rank(Pointer)];
            fixed (long* p = sizes) NativeMethods.elbow_tensor_sizes(Pointer, p, null);
            shape = new Shape(sizes);
            return shape.Value;
        }
    }

    /// <summary>Number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Count;

    /// <summary>Element type.</summary>
    public DType DType => (DType)NativeMethods.elbow_tensor_dtype(Pointer);

    /// <summary>Where it lives.</summary>
    public Device Device => Device.FromCode(NativeMethods.elbow_tensor_device(Pointer));

    /// <summary>A tensor with the given row-major elements.</summary>
    /// <exception cref="ShapeException">The number of elements is not that of the shape.</exception>
    public static unsafe Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, Device? device = null) where T : unmanaged
    {
        var wanted = new Shape(shape);
        if (wanted.Count != values.Length) throw new ShapeException($"shape {wanted} holds {wanted.Count} elements, got {values.Length}");
        fixed (T* data = values)
        fixed (long* sizes = shape)
        {
            NativeMethods.Check(
                NativeMethods.elbow_tensor_from_data(data, sizes, shape.Length, (int)TypeOf<T>(), (device ?? Device.Cpu).Code, out var pointer), "from data");
            return new Tensor(pointer);
        }
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long}, Elbow.Torch.Device?)"/>
    public static Tensor From<T>(T[] values, ReadOnlySpan<long> shape, Device? device = null) where T : unmanaged => From((ReadOnlySpan<T>)values, shape, device);

    /// <summary>A one-axis tensor with the given elements.</summary>
    public static Tensor From<T>(params T[] values) where T : unmanaged => From((ReadOnlySpan<T>)values, [values.Length]);

    /// <summary>The elements in row-major order.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        var values = new T[Count];
        CopyTo<T>(values);
        return values;
    }

    /// <summary>Copies the elements in row-major order into memory.</summary>
    public unsafe void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        MustHold<T>();
        fixed (T* data = destination) NativeMethods.Check(NativeMethods.elbow_tensor_copy_to(Pointer, data, (long)destination.Length * sizeof(T)), "copy to memory");
    }

    /// <summary>Overwrites the elements, given in row-major order.</summary>
    public unsafe void CopyFrom<T>(ReadOnlySpan<T> source) where T : unmanaged
    {
        MustHold<T>();
        fixed (T* data = source) NativeMethods.Check(NativeMethods.elbow_tensor_copy_from(Pointer, data, (long)source.Length * sizeof(T)), "copy from memory");
    }

    /// <summary>Copies the elements in row-major order as bytes, whatever their type.</summary>
    internal unsafe void CopyRaw(Span<byte> destination)
    {
        fixed (byte* data = destination) NativeMethods.Check(NativeMethods.elbow_tensor_copy_to(Pointer, data, destination.Length), "copy to memory");
    }

    /// <summary>The memory of a contiguous tensor on the CPU, without a copy; valid while the tensor lives.</summary>
    public unsafe Span<T> AsSpan<T>() where T : unmanaged
    {
        MustHold<T>();
        NativeMethods.Check(NativeMethods.elbow_tensor_data(Pointer, out var data), "direct access");
        return new Span<T>(data, checked((int)Count));
    }

    /// <summary>The value of a tensor with one element, as a double.</summary>
    public double ToDouble()
    {
        if (Count != 1) throw new ShapeException($"expected one element, got shape {Shape}");
        if (DType == DType.Float64) return Read<double>();
        if (DType == DType.Float32) return Read<float>();
        if (DType == DType.Int64) return Read<long>();
        using var wide = To(DType.Float64);
        return wide.Read<double>();
    }

    private T Read<T>() where T : unmanaged
    {
        Span<T> one = stackalloc T[1];
        CopyTo(one);
        return one[0];
    }

    /// <summary>Frees the native tensor now; normally its scope does.</summary>
    public void Dispose()
    {
        if (Owner is { } owner) owner.Release(this, null);
        handle.Dispose();
    }

    /// <summary>Type, shape, device, and the value when it is one number.</summary>
    public override string ToString() => handle.IsClosed ? "(disposed tensor)" : Count == 1 ? $"{DType}{Shape} {ToDouble()}" : $"{DType}{Shape} {Device}";

    internal static DType TypeOf<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return DType.Float32;
        if (typeof(T) == typeof(double)) return DType.Float64;
        if (typeof(T) == typeof(long)) return DType.Int64;
        if (typeof(T) == typeof(int)) return DType.Int32;
        if (typeof(T) == typeof(short)) return DType.Int16;
        if (typeof(T) == typeof(sbyte)) return DType.Int8;
        if (typeof(T) == typeof(byte)) return DType.UInt8;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        if (typeof(T) == typeof(Half)) return DType.Float16;
        throw new NotSupportedException($"no tensor element type matches {typeof(T).Name}");
    }

    private void MustHold<T>() where T : unmanaged
    {
        if (TypeOf<T>() != DType) throw new ArgumentException($"the tensor holds {DType}, not {TypeOf<T>()}: convert it with To first");
    }

    private sealed class Handle : OwnedHandle
    {
        internal Handle(nint pointer) : base(pointer) => Interlocked.Increment(ref live);

        protected override void Free(nint pointer)
        {
            Interlocked.Decrement(ref live);
            NativeMethods.elbow_tensor_free(pointer);
        }
    }
}
