using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>A stream of random numbers on one device. Everything random takes one: one seed reproduces a run.</summary>
public sealed class Generator : IDisposable
{
    private readonly Handle handle;

    /// <summary>A generator that starts from a seed.</summary>
    public Generator(ulong seed, Device? device = null)
    {
        Device = device ?? Device.Cpu;
        NativeMethods.Check(NativeMethods.elbow_generator_new(Device.Code, seed, out var pointer), "generator");
        handle = new Handle(pointer);
    }

    /// <summary>The device whose random numbers it makes.</summary>
    public Device Device { get; }

    internal nint Pointer => handle.Pointer;

    /// <summary>The state, as bytes that <see cref="SetState"/> takes back: what follows is then the same stream.</summary>
    public byte[] GetState()
    {
        NativeMethods.Check(NativeMethods.elbow_generator_state(Pointer, out var state), "generator state", this);
        using var tensor = new Tensor(state);
        return tensor.ToArray<byte>();
    }

    /// <summary>Continues from a state.</summary>
    /// <exception cref="TorchException">The bytes are no state of a generator of this device.</exception>
    public void SetState(ReadOnlySpan<byte> state)
    {
        using var tensor = Tensor.From(state, [state.Length]);
        NativeMethods.Check(NativeMethods.elbow_generator_set_state(Pointer, tensor.Pointer), "generator state", this, tensor);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private sealed class Handle : OwnedHandle
    {
        internal Handle(nint pointer) : base(pointer) { }

        protected override void Free(nint pointer) => NativeMethods.elbow_generator_free(pointer);
    }
}
