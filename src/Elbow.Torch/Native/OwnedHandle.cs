using System.Runtime.InteropServices;

namespace Elbow.Torch.Native;

/// <summary>A native object released exactly once, at the latest by the finaliser.</summary>
internal abstract class OwnedHandle : SafeHandle
{
    protected OwnedHandle(nint pointer) : base(0, ownsHandle: true) => SetHandle(pointer);

    public override bool IsInvalid => handle == 0;

    /// <summary>The native object, for a call that keeps this handle's owner alive until it returns.</summary>
    /// <exception cref="ObjectDisposedException">It has been released.</exception>
    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, GetType().DeclaringType ?? GetType());
            return handle;
        }
    }

    protected abstract void Free(nint pointer);

    protected override bool ReleaseHandle()
    {
        Free(handle);
        return true;
    }
}
