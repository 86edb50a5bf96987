namespace Elbow.Torch;

/// <summary>One operator call, as <see cref="Trace"/> records it.</summary>
/// <param name="Operator">libtorch's schema name without its namespace: <c>linear</c>; <c>relu_</c> writes to its first argument.</param>
/// <param name="Overload">Which form of it: <c>Scalar</c>; often empty.</param>
/// <param name="Arguments">Tensors, numbers, lists and null in the schema's order; what was left out at the end is missing.</param>
/// <param name="Results">What it gave; of an operator in place its first argument.</param>
public sealed record TracedCall(string Operator, string Overload, IReadOnlyList<object?> Arguments, IReadOnlyList<Tensor> Results);

/// <summary>Records the operators of libtorch that this thread calls: what a computation is made of, whoever wrote it.</summary>
/// <remarks>
/// Tensors are known by identity: an argument that no recorded call gave came from outside, as a parameter or an input. Scopes that close
/// meanwhile hand their tensors to the scope around them, as whoever reads the trace asks each for its shape. Elbow's own fused kernels but the
/// convolutions, <see cref="AdamKernel"/> among them, are not recorded: look at <see cref="IsRecording"/> and call the operators instead.
/// </remarks>
public static class Trace
{
    [ThreadStatic] private static List<TracedCall>? current;

    /// <summary>The calls made by <paramref name="work"/>, in order.</summary>
    /// <exception cref="InvalidOperationException">This thread is being traced already.</exception>
    public static IReadOnlyList<TracedCall> Of(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (current is not null) throw new InvalidOperationException("a trace is being recorded on this thread: traces do not nest");
        var calls = current = [];
        try
        {
            work();
            return calls;
        }
        finally
        {
            current = null;
        }
    }

    /// <summary>Whether this thread is being traced. What is faster in pieces is then better done by the one operator that says what it is.</summary>
    public static bool IsRecording => current is not null;

    internal static void Record(string name, string overload, object?[] arguments, params Tensor[] results) =>
        current!.Add(new(name.StartsWith("aten::", StringComparison.Ordinal) ? name[6..] : name, overload, arguments, results));
}
