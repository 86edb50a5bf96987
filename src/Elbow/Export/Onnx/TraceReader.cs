using Elbow.Torch;

namespace Elbow.Export.Onnx;

/// <summary>Two traces of one computation, at batches of different size: what is the same in both is constant, what differs is a multiple of the batch.</summary>
/// <remarks>
/// The computation is whatever the model's own code did, so a new network or head exports without a line of its own, as long as
/// <see cref="Operators"/> knows its operators. A tensor that depends on no input is a constant and its value goes into the file.
/// </remarks>
internal sealed class TraceReader
{
    private readonly OnnxGraph graph;
    private readonly long[] batches;
    private readonly Dictionary<Tensor, string> names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> twins = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> draws = new(StringComparer.Ordinal);

    /// <summary>Reads traces into a graph.</summary>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="small">The size of the first trace's batch.</param>
    /// <param name="large">That of the second, no multiple of the first.</param>
    internal TraceReader(OnnxGraph graph, long small, long large) => (this.graph, batches) = (graph, [small, large]);

    internal OnnxGraph Graph => graph;

    /// <summary>Says that a tensor of the first trace, and its twin of the second, is a value of the graph.</summary>
    internal void Is(Tensor tensor, Tensor twin, string value) => (names[tensor], twins[tensor]) = (value, twin);

    /// <summary>Says that a tensor of the first trace plays the part of another in the second.</summary>
    internal void Twin(Tensor tensor, Tensor twin) => twins.TryAdd(tensor, twin);

    /// <summary>Translates every call that the outputs need and whose result depends on an input or on a draw.</summary>
    /// <exception cref="NotSupportedException">An operator has no translation, or the traces differ in more than sizes.</exception>
    internal void Read(IReadOnlyList<TracedCall> small, IReadOnlyList<TracedCall> large, IEnumerable<Tensor> outputs)
    {
        if (small.Count != large.Count) throw new NotSupportedException($"the computation takes {small.Count} operators for a batch of {batches[0]} and {large.Count} for one of {batches[1]}: it cannot be exported for every size");
        var needed = Needed(small, outputs);
        for (var k = 0; k < small.Count; k++)
        {
            var (a, b) = (small[k], large[k]);
            if (a.Operator != b.Operator || a.Overload != b.Overload) throw new NotSupportedException($"the computation calls {a.Operator} for one batch size and {b.Operator} for another: it cannot be exported for every size");
            foreach (var (one, other) in a.Results.Zip(b.Results)) twins[one] = other;
            foreach (var (one, other) in Tensors(a).Zip(Tensors(b))) twins.TryAdd(one, other);
            if (!needed[k]) continue;
            if (a.Arguments.Any(argument => argument is Generator) && !Operators.Draws(a.Operator))
                throw new NotSupportedException($"{a.Operator} draws random numbers, and only normal and uniform ones and choices can be inputs of a graph");
            if (Operators.Draws(a.Operator)) Is(a.Results[0], b.Results[0], Operators.Draw(this, new Call(this, a, b)));
            else if (Tensors(a).Any(names.ContainsKey)) Translate(a, b);
        }
    }

    /// <summary>The name of a tensor's value, which becomes a constant of the file when it depends on no input.</summary>
    internal string Name(Tensor tensor)
    {
        if (names.TryGetValue(tensor, out var known)) return known;
        var sizes = SizesOf(tensor);
        if (sizes.All(size => !size.OfBatch)) return names[tensor] = graph.Constant(tensor);
        // The same for every example: one is held and repeated.
        var axis = sizes.ToList().FindIndex(size => size.OfBatch);
        using var one = tensor.Narrow(axis, 0, 1).Clone();
        if (sizes.Count(size => size.OfBatch) > 1 || !one.Expand(tensor.Shape).Eq(tensor).All())
            throw new NotSupportedException("a constant of the computation differs from example to example: it cannot be exported for every size");
        return graph.Node("Expand", [graph.Constant(one), graph.Sizes(sizes)]);
    }

    /// <summary>The sizes of a tensor of the first trace.</summary>
    internal IReadOnlyList<Dim> SizesOf(Tensor tensor) => Compare(tensor.Shape.ToArray(), (twins.GetValueOrDefault(tensor) ?? tensor).Shape.ToArray());

    /// <summary>Numbers of the two traces: equal, or a multiple of the batch.</summary>
    internal IReadOnlyList<Dim> Compare(long[] small, long[] large) => [.. small.Zip(large, Compare)];

    internal Dim Compare(long small, long large) =>
        small == large ? new(small)
        : small % batches[0] == 0 && large == small / batches[0] * batches[1] ? new(small / batches[0], OfBatch: true)
        : throw new NotSupportedException($"a size is {small} for a batch of {batches[0]} and {large} for one of {batches[1]}: it cannot be exported for every size");

    /// <summary>A number that makes the name of an input for a kind of draw unique.</summary>
    internal string NewDraw(string kind)
    {
        var number = draws[kind] = draws.GetValueOrDefault(kind) + 1;
        return number == 1 ? kind : $"{kind}{number}";
    }

    private void Translate(TracedCall a, TracedCall b)
    {
        var results = Operators.Translate(new Call(this, a, b));
        for (var k = 0; k < results.Length; k++) names[a.Results[k]] = results[k];
    }

    // Checks and by-products of the model's code are no part of what it gives.
    private static bool[] Needed(IReadOnlyList<TracedCall> calls, IEnumerable<Tensor> outputs)
    {
        var wanted = new HashSet<Tensor>(outputs, ReferenceEqualityComparer.Instance);
        var needed = new bool[calls.Count];
        for (var k = calls.Count - 1; k >= 0; k--)
        {
            if (needed[k] = calls[k].Results.Any(wanted.Contains)) wanted.UnionWith(Tensors(calls[k]));
        }
        return needed;
    }

    private static IEnumerable<Tensor> Tensors(TracedCall call) => call.Arguments.SelectMany(argument => argument switch
    {
        Tensor tensor => [tensor],
        Tensor?[] list => list.OfType<Tensor>(),
        _ => Enumerable.Empty<Tensor>(),
    });
}

/// <summary>One call of both traces, with its arguments as the translation wants them.</summary>
internal sealed class Call(TraceReader reader, TracedCall small, TracedCall large)
{
    internal string Operator => small.Operator;

    internal string Overload => small.Overload;

    internal OnnxGraph Graph => reader.Graph;

    internal int Count => small.Arguments.Count;

    internal Tensor Result => small.Results[0];

    internal int Results => small.Results.Count;

    internal Tensor Tensor(int k) => (Tensor)small.Arguments[k]!;

    internal Tensor[] List(int k) => (Tensor[])small.Arguments[k]!;

    /// <summary>The value of a tensor argument; empty for one that is left out.</summary>
    internal string Value(int k) => Has(k) ? reader.Name(Tensor(k)) : "";

    internal string Value(Tensor tensor) => reader.Name(tensor);

    internal bool IsTensor(int k) => k < Count && small.Arguments[k] is Tensor;

    internal bool Has(int k) => k < Count && small.Arguments[k] is not null;

    internal double Number(int k) => small.Arguments[k] switch
    {
        double number => number,
        long number => number,
        var other => throw new NotSupportedException($"argument {k} of {Operator} is {other ?? "left out"}, not a number"),
    };

    /// <summary>A whole number that does not depend on the batch.</summary>
    internal long Integer(int k, long otherwise = 0)
    {
        if (!Has(k)) return otherwise;
        var dim = reader.Compare((long)small.Arguments[k]!, (long)large.Arguments[k]!);
        return dim.OfBatch ? throw new NotSupportedException($"argument {k} of {Operator} depends on the batch: it cannot be exported for every size") : dim.Value;
    }

    internal long[] Integers(int k) => [.. Dims(k).Select(dim => dim.OfBatch ? throw new NotSupportedException($"argument {k} of {Operator} depends on the batch: it cannot be exported for every size") : dim.Value)];

    /// <summary>Whole numbers some of which may be multiples of the batch.</summary>
    internal IReadOnlyList<Dim> Dims(int k) => reader.Compare((long[])small.Arguments[k]!, (long[])large.Arguments[k]!);

    internal IReadOnlyList<Dim> SizesOf(Tensor tensor) => reader.SizesOf(tensor);

    internal string NewDraw(string kind) => reader.NewDraw(kind);

    /// <summary>An axis counted from the front.</summary>
    internal long Axis(int k, int rank, long otherwise = 0) => Integer(k, otherwise) is var axis && axis < 0 ? axis + rank : axis;
}
