using System.Runtime.InteropServices;
using Elbow.Torch.Native;

namespace Elbow.Torch;

public sealed partial class Tensor
{
    /// <summary>A tensor with the given row-major elements.</summary>
    /// <exception cref="ShapeException">The number of elements is not that of the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, Device? device = null) where T : unmanaged
    {
        var wanted = new Shape(shape);
        if (wanted.Count != values.Length) throw new ShapeException($"shape {wanted} holds {wanted.Count} elements, got {values.Length}");
        return FromRaw(MemoryMarshal.AsBytes(values), shape, TypeOf<T>(), device);
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
        fixed (T* data = destination) NativeMethods.Check(NativeMethods.elbow_tensor_copy_to(Pointer, data, (long)destination.Length * sizeof(T)), "copy to memory", this);
    }

    /// <summary>Overwrites the elements, given in row-major order.</summary>
    public unsafe void CopyFrom<T>(ReadOnlySpan<T> source) where T : unmanaged
    {
        MustHold<T>();
        fixed (T* data = source) NativeMethods.Check(NativeMethods.elbow_tensor_copy_from(Pointer, data, (long)source.Length * sizeof(T)), "copy from memory", this);
    }

    /// <summary>A tensor from row-major elements of a type that need not exist in .NET.</summary>
    internal static unsafe Tensor FromRaw(ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape, DType type, Device? device = null)
    {
        fixed (byte* data = bytes)
        fixed (long* sizes = shape)
        {
            NativeMethods.Check(
                NativeMethods.elbow_tensor_from_data(data, bytes.Length, sizes, shape.Length, (int)type, (device ?? Device.Cpu).Code, out var made), "from data");
            return new Tensor(made);
        }
    }

    /// <summary>Copies the elements in row-major order as bytes, whatever their type.</summary>
    internal unsafe void CopyRaw(Span<byte> destination)
    {
        fixed (byte* data = destination) NativeMethods.Check(NativeMethods.elbow_tensor_copy_to(Pointer, data, destination.Length), "copy to memory", this);
    }

    /// <summary>The memory of a contiguous tensor on the CPU, without a copy; valid while the tensor lives. What is written there autograd does not see: a backward pass recorded before uses the new values, without a word.</summary>
    public unsafe Span<T> AsSpan<T>() where T : unmanaged
    {
        MustHold<T>();
        var count = checked((int)Count);
        NativeMethods.Check(NativeMethods.elbow_tensor_data(Pointer, (long)count * sizeof(T), out var data), "direct access", this);
        return new Span<T>(data, count);
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
}
