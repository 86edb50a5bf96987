using System.Diagnostics.CodeAnalysis;

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
    private readonly Frame? frame;
    private readonly int opening;

    private TensorScope(Frame frame) => (this.frame, opening) = (frame, frame.Opening);

    /// <summary>Opens a scope on the current thread.</summary>
    public static TensorScope Open() => new(Frame.Push());

    /// <summary>Moves a tensor out of this scope, into the one around it (or into the caller's hands when there is none).</summary>
    /// <remarks>A tensor of a scope inside this one leaves that too; one that lives longer already stays where it is.</remarks>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!IsOpen) throw new InvalidOperationException("this tensor scope is closed: what was made in it is gone");
        if (tensor.Owner is { } owner && owner.Depth >= frame.Depth) owner.Move(tensor, frame.Parent);
        return tensor;
    }

    /// <summary>Takes a tensor out of every scope: its lifetime is now that of the object that holds it, as for parameters.</summary>
    /// <returns>The same tensor.</returns>
    public static Tensor Detach(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.Owner?.Move(tensor, null);
        return tensor;
    }

    /// <summary>Frees what is left in the scope; a second time does nothing.</summary>
    /// <exception cref="InvalidOperationException">A scope opened later is still open.</exception>
    public void Dispose()
    {
        if (IsOpen) frame.Pop();
    }

    [MemberNotNullWhen(true, nameof(frame))]
    private bool IsOpen => frame is not null && frame.Opening == opening;

    /// <summary>One level of the scope stack of a thread; levels are reused, a training step opens no new memory.</summary>
    internal sealed class Frame
    {
        [ThreadStatic] private static Frame? current;
        [ThreadStatic] private static Frame? root;

        private readonly List<Tensor?> tensors = [];
        private readonly int thread = Environment.CurrentManagedThreadId;
        private Frame? spare;

        internal Frame? Parent { get; private init; }

        internal int Depth { get; private init; }

        /// <summary>Which opening of this level is in force; a scope that was closed has an older one.</summary>
        internal int Opening { get; private set; }

        internal static Frame? Current => current;

        internal static Frame Push()
        {
            var parent = current;
            var frame = parent is null ? root ??= new Frame() : parent.spare ??= new Frame { Parent = parent, Depth = parent.Depth + 1 };
            return current = frame;
        }

        internal void Add(Tensor tensor)
        {
            tensor.OwnBy(this, tensors.Count);
            tensors.Add(tensor);
        }

        internal void Move(Tensor tensor, Frame? to)
        {
            Remove(tensor);
            if (to is null) tensor.OwnBy(null, 0);
            else to.Add(tensor);
        }

        internal void Remove(Tensor tensor)
        {
            if (thread != Environment.CurrentManagedThreadId) throw new InvalidOperationException("a tensor leaves its scope on the thread that opened the scope");
            tensors[tensor.Slot] = null;
            // A scope that stays open for long, around tensors that are disposed one by one, must not grow.
            while (tensors.Count > 0 && tensors[^1] is null) tensors.RemoveAt(tensors.Count - 1);
        }

        internal void Pop()
        {
            if (current != this) throw new InvalidOperationException("tensor scopes must close in the reverse order of opening, on their own thread");
            current = Parent;
            Opening++;
            if (Trace.IsRecording && Parent is not null)
            {
                foreach (var tensor in tensors) if (tensor is not null) Parent.Add(tensor);
                tensors.Clear();
                return;
            }
            // Newest first: what was made last was often made from what came before, and its graph goes with it.
            for (var k = tensors.Count - 1; k >= 0; k--) tensors[k]?.Free();
            tensors.Clear();
        }
    }
}
