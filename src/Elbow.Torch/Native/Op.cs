using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Elbow.Torch.Native;

/// <summary>
/// An operator of libtorch, looked up once by its schema name. One native function serves every operator, with
/// autograd, on every device; what the caller leaves out at the end comes from the schema's defaults.
/// </summary>
internal sealed unsafe class Op(string name, string overload = "")
{
    private const int Capacity = 8, Scratch = 32;
    private static readonly Lock Gate = new();
    private volatile nint handle;

    /// <summary>Its name in libtorch, without the overload.</summary>
    internal string Name => name;

    /// <summary>Calls the operator for its single tensor result.</summary>
    internal Tensor Call(params ReadOnlySpan<Arg> args)
    {
        NativeValue result = default;
        var count = Invoke(args, &result, 1);
        var tensor = Take(result, count);
        if (Trace.IsRecording) Trace.Record(name, overload, Arg.Values(args), tensor);
        return tensor;
    }

    /// <summary>The same with one tensor, without the detour that other arguments need.</summary>
    internal Tensor Call(Tensor x)
    {
        if (x is null || Trace.IsRecording) return Call((ReadOnlySpan<Arg>)[x]);
        var value = NativeValue.Of(x);
        NativeValue result = default;
        int count;
        if (NativeMethods.elbow_op_call(Found, &value, 1, &result, 1, &count) != 0) throw Failed([x]);
        GC.KeepAlive(x);
        return Take(result, count);
    }

    /// <summary>The same with two tensors: with those of one, most calls of a training step.</summary>
    internal Tensor Call(Tensor a, Tensor b)
    {
        if (a is null || b is null || Trace.IsRecording) return Call((ReadOnlySpan<Arg>)[a, b]);
        var values = stackalloc NativeValue[] { NativeValue.Of(a), NativeValue.Of(b) };
        NativeValue result = default;
        int count;
        if (NativeMethods.elbow_op_call(Found, values, 2, &result, 1, &count) != 0) throw Failed([a, b]);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return Take(result, count);
    }

    private Tensor Take(NativeValue result, int count)
    {
        if (count != 1 || result.Tag != (int)Tag.Tensor) ThrowNoTensor(result, count);
        return new Tensor((nint)result.Bits);
    }

    [DoesNotReturn]
    private void ThrowNoTensor(NativeValue result, int count) =>
        throw new TorchException(name, "", $"expected one tensor as result, got {(count == 0 ? "none" : (Tag)result.Tag)}");

    /// <summary>Calls an operator whose result is of no interest: in-place forms, whose result is their own argument.</summary>
    internal void Run(params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[Capacity];
        var count = Invoke(args, results, Capacity);
        NativeValue.Free(new(results, count));
        if (Trace.IsRecording) Trace.Record(name, overload, Arg.Values(args), args[0].Value is Tensor own ? [own] : []);
    }

    /// <summary>Calls an operator with several tensor results, or a list of at most <paramref name="most"/>.</summary>
    internal Tensor[] CallMany(int most, params ReadOnlySpan<Arg> args)
    {
        var results = new NativeValue[most];
        fixed (NativeValue* p = results)
        {
            var tensors = NativeValue.Take(new(p, Invoke(args, p, most)), name);
            if (Trace.IsRecording) Trace.Record(name, overload, Arg.Values(args), tensors);
            return tensors;
        }
    }

    [SkipLocalsInit]
    private int Invoke(ReadOnlySpan<Arg> args, NativeValue* results, int capacity)
    {
        var words = 0;
        foreach (ref readonly var arg in args) words += arg.Words;
        var values = stackalloc NativeValue[args.Length];
        var scratch = words <= Scratch ? stackalloc long[Scratch] : new long[words];
        int status, count;
        fixed (long* space = scratch)
        {
            var next = space;
            for (var k = 0; k < args.Length; k++)
            {
                values[k] = args[k].Write(next);
                next += args[k].Words;
            }
            status = NativeMethods.elbow_op_call(Found, values, args.Length, results, capacity, &count);
        }
        if (status != 0) throw Failed(args);
        foreach (ref readonly var arg in args) arg.KeepAlive();
        return count;
    }

    private nint Found => handle is var op and not 0 ? op : Find();

    private nint Find()
    {
        lock (Gate)
        {
            if (handle != 0) return handle;
            NativeMethods.Check(NativeMethods.elbow_op_find(name, overload, out var found), name);
            return handle = found;
        }
    }

    private TorchException Failed(ReadOnlySpan<Arg> args)
    {
        var message = NativeMethods.LastError();
        var shapes = new List<string>();
        foreach (ref readonly var arg in args)
        {
            if (arg.Describe() is { } shape) shapes.Add(shape);
        }
        return new TorchException(name, string.Join(" ", shapes), message);
    }
}
