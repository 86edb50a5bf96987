using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>Gradients by libtorch's reverse mode.</summary>
public static class Autograd
{
    /// <summary>Stops recording on this thread until disposed: <c>using var _ = Autograd.NoGrad();</c>.</summary>
    public static GradMode NoGrad() => new(false);

    /// <summary>Records again inside a <see cref="NoGrad"/> region, until disposed.</summary>
    public static GradMode WithGrad() => new(true);

    /// <summary>Whether this thread records what is computed from tensors that ask for gradients.</summary>
    public static bool IsRecording => NativeMethods.elbow_grad_mode() != 0;

    /// <summary>
    /// The gradient of a scalar with respect to each input. An input that the scalar does not depend on gets zeros.
    /// </summary>
    /// <param name="of">A tensor with one element.</param>
    /// <param name="inputs">Tensors that require gradients, or results computed from such.</param>
    /// <param name="createGraph">Record the gradient itself, for second derivatives.</param>
    public static unsafe Tensor[] Grad(Tensor of, IReadOnlyList<Tensor> inputs, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(of);
        ArgumentNullException.ThrowIfNull(inputs);
        var pointers = new nint[inputs.Count];
        var grads = new nint[inputs.Count];
        for (var k = 0; k < pointers.Length; k++) pointers[k] = inputs[k].Pointer;
        fixed (nint* from = pointers, to = grads)
        {
            NativeMethods.Check(NativeMethods.elbow_grad(of.Pointer, 0, from, pointers.Length, createGraph ? 1 : 0, to), "grad", of, inputs);
        }
        return Array.ConvertAll(grads, grad => new Tensor(grad));
    }

    /// <summary>Grad mode of a thread for the length of a block.</summary>
    public readonly ref struct GradMode
    {
        private readonly int before;

        internal GradMode(bool on) => before = NativeMethods.elbow_set_grad_mode(on ? 1 : 0);

        /// <summary>Restores what was before.</summary>
        public void Dispose() => _ = NativeMethods.elbow_set_grad_mode(before);
    }
}

public sealed partial class Tensor
{
    /// <summary>Whether autograd records what is computed from this tensor.</summary>
    public bool RequiresGrad
    {
        get
        {
            var on = NativeMethods.elbow_tensor_requires_grad(Pointer) != 0;
            GC.KeepAlive(this);
            return on;
        }
    }

    /// <summary>Turns recording on or off for a leaf.</summary>
    /// <returns>The same tensor.</returns>
    /// <exception cref="TorchException">The elements are not floating point, or recording is to stop for what is no leaf.</exception>
    public Tensor WithGrad(bool on = true)
    {
        NativeMethods.Check(NativeMethods.elbow_tensor_set_requires_grad(Pointer, on ? 1 : 0), "requires_grad", this);
        return this;
    }

    /// <summary>The gradient that <see cref="Backward"/> has summed here, or null.</summary>
    public Tensor? Gradient
    {
        get
        {
            NativeMethods.Check(NativeMethods.elbow_tensor_grad(Pointer, out var grad), "grad", this);
            return grad == 0 ? null : new Tensor(grad);
        }
    }

    /// <summary>Forgets the summed gradient.</summary>
    public void ClearGradient() => NativeMethods.Check(NativeMethods.elbow_tensor_clear_grad(Pointer), "grad", this);

    /// <summary>Adds the gradient of this scalar to <see cref="Gradient"/> of every leaf it depends on.</summary>
    public void Backward() => NativeMethods.Check(NativeMethods.elbow_backward(Pointer, 0), "backward", this);
}
