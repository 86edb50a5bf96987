using System.Runtime.InteropServices;

namespace Elbow.Torch.Native;

/// <summary>A tagged value as it crosses the boundary: <c>ElbowValue</c> in <c>native/elbow_torch.h</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    internal int Tag;
    internal int Count;
    internal long Bits;

    /// <summary>A tensor, which the caller keeps alive until the call is over.</summary>
    internal static NativeValue Of(Tensor tensor) => new() { Tag = (int)Native.Tag.Tensor, Bits = tensor.Pointer };

    /// <summary>Takes results that must all be tensors; when one is not, none survives.</summary>
    internal static Tensor[] Take(ReadOnlySpan<NativeValue> results, string operation)
    {
        for (var k = 0; k < results.Length; k++)
        {
            if (results[k].Tag == (int)Native.Tag.Tensor) continue;
            Free(results);
            throw new TorchException(operation, "", $"expected tensors as results, but result {k} is {(Tag)results[k].Tag}");
        }
        var tensors = new Tensor[results.Length];
        for (var k = 0; k < tensors.Length; k++) tensors[k] = new Tensor((nint)results[k].Bits);
        return tensors;
    }

    /// <summary>Releases results that nobody takes.</summary>
    internal static void Free(ReadOnlySpan<NativeValue> results)
    {
        foreach (ref readonly var result in results)
        {
            if (result.Tag == (int)Native.Tag.Tensor) NativeMethods.elbow_tensor_free((nint)result.Bits);
        }
    }
}
