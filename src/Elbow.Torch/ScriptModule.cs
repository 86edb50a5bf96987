using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>A TorchScript module: a network that arrives as one file, such as a feature extractor. It runs in evaluation mode.</summary>
public sealed class ScriptModule : IDisposable
{
    private readonly Handle handle;

    private ScriptModule(nint pointer) => handle = new Handle(pointer);

    /// <summary>Loads a TorchScript file.</summary>
    /// <exception cref="TorchException">The file is missing or is no TorchScript.</exception>
    public static ScriptModule Load(string path, Device? device = null)
    {
        NativeMethods.Check(NativeMethods.elbow_script_load(path, (device ?? Device.Cpu).Code, out var pointer), $"load '{path}'");
        return new ScriptModule(pointer);
    }

    /// <summary>Calls a method; tuples and lists of tensors are spread over the result.</summary>
    /// <exception cref="TorchException">There is no such method, it failed, or it gave something else than tensors.</exception>
    public unsafe IReadOnlyList<Tensor> Call(string method, params ReadOnlySpan<Tensor> inputs)
    {
        const int capacity = 64;
        var args = stackalloc NativeValue[inputs.Length];
        for (var k = 0; k < inputs.Length; k++) args[k] = new NativeValue { Tag = (int)Tag.Tensor, Bits = inputs[k].Pointer };
        var results = stackalloc NativeValue[capacity];
        int count;
        var status = NativeMethods.elbow_script_call(handle.Pointer, method, args, inputs.Length, results, capacity, &count);
        foreach (var input in inputs) GC.KeepAlive(input);
        NativeMethods.Check(status, Operation(method), this);
        return NativeValue.Take(new(results, count), Operation(method));
    }

    /// <summary>Calls <c>forward</c>, which must give one tensor.</summary>
    /// <exception cref="TorchException">It failed, or gave something else.</exception>
    public Tensor Forward(Tensor input) => Call("forward", input) is [var only]
        ? only
        : throw new TorchException(Operation("forward"), input.Shape.ToString(), "expected one tensor as result, got several or none");

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static string Operation(string method) => "TorchScript " + method;

    private sealed class Handle : OwnedHandle
    {
        internal Handle(nint pointer) : base(pointer) { }

        protected override void Free(nint pointer) => NativeMethods.elbow_script_free(pointer);
    }
}
