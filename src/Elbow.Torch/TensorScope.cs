namespace Elbow.Torch;

/// <summary>
/// Owns every tensor made while it is open on this thread and frees them when it closes, so that mathematics reads as plain
/// expressions. A result leaves by <see cref="Keep"/> or as a .NET number.
/// </summary>
/// <remarks>
/// Scopes nest and close in the reverse order. It is a ref struct: a scope cannot be held across <c>await</c> or <c>yield</c>.
/// Tensors made while no scope is open live until disposed or collected.
/// </remarks>
public readonly ref struct TensorScope
{
    private readonly Frame frame;

    private TensorScope(Frame frame) => this.frame = frame;

    /// <summary>Opens a scope on the current thread.</summary>
    public static TensorScope Open() => new(Frame.Push());

    /// <summary>Moves a tensor out of this scope, into the one around it (or into the caller's hands when there is none).</summary>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Owner == frame) frame.Release(tensor, frame.Parent);
        return tensor;
    }

    /// <summary>Takes a tensor out of every scope: its lifetime is now that of the object that holds it, as for parameters.</summary>
    /// <returns>The same tensor.</returns>
    public static Tensor Detach(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.Owner?.Release(tensor, null);
        return tensor;
    }

    /// <summary>Frees what is left in the scope.</summary>
    public void Dispose() => frame.Pop();

    /// <summary>One level of the scope stack of a thread; levels are reused, a training step opens no new memory.</summary>
    internal sealed class Frame
    {
        [ThreadStatic] private static Frame? current;

        private readonly List<Tensor?> tensors = [];
        private Frame? spare;

        internal Frame? Parent { get; private init; }

        internal static Frame? Current => current;

        internal static Frame Push()
        {
            var parent = current;
            var frame = parent is null ? root ??= new Frame() : parent.spare ??= new Frame { Parent = parent };
            return current = frame;
        }

        [ThreadStatic] private static Frame? root;

        internal void Add(Tensor tensor)
        {
            (tensor.Owner, tensor.Slot) = (this, tensors.Count);
            tensors.Add(tensor);
        }

        internal void Release(Tensor tensor, Frame? to)
        {
            tensors[tensor.Slot] = null;
            tensor.Owner = null;
            to?.Add(tensor);
        }

        internal void Pop()
        {
            if (current != this) throw new InvalidOperationException("tensor scopes must close in the reverse order of opening, on their own thread");
            current = Parent;
            // Newest first: what was made last was often made from what came before, and its graph goes with it.
            for (var k = tensors.Count - 1; k >= 0; k--)
            {
                if (tensors[k] is not { } tensor) continue;
                tensor.Owner = null;
                tensor.Dispose();
            }
            tensors.Clear();
        }
    }
}
