using Elbow.Torch;

namespace Elbow.Export.Onnx;

/// <summary>libtorch's operators in those of ONNX, opset 17: everything that encoders, decoders and priors are made of.</summary>
internal static class Operators
{
    private static readonly long[] Exchange = [1, 0];

    private static readonly Dictionary<string, Func<Call, string>> Table = new(StringComparer.Ordinal)
    {
        ["add"] = call => Plain(call, "Add"), ["sub"] = call => Plain(call, "Sub"), ["mul"] = call => Plain(call, "Mul"), ["div"] = call => Plain(call, "Div"),
        ["rsub"] = call => call.Graph.Node("Sub", [call.Graph.Scalar(call.Number(1)), call.Value(0)]),
        ["addcmul"] = call => call.Graph.Node("Add", [call.Value(0), Scaled(call, call.Graph.Node("Mul", [call.Value(1), call.Value(2)]), call.Has(3) ? call.Number(3) : 1)]),
        ["pow"] = call => Plain(call, "Pow"), ["maximum"] = call => Plain(call, "Max"), ["minimum"] = call => Plain(call, "Min"),
        ["neg"] = Same("Neg"), ["abs"] = Same("Abs"), ["exp"] = Same("Exp"), ["log"] = Same("Log"), ["sqrt"] = Same("Sqrt"), ["reciprocal"] = Same("Reciprocal"),
        ["sin"] = Same("Sin"), ["cos"] = Same("Cos"), ["tanh"] = Same("Tanh"), ["atanh"] = Same("Atanh"), ["sigmoid"] = Same("Sigmoid"), ["erf"] = Same("Erf"),
        ["sign"] = Same("Sign"), ["floor"] = Same("Floor"), ["round"] = Same("Round"), ["relu"] = Same("Relu"), ["relu_"] = Same("Relu"), ["softplus"] = Same("Softplus"),
        ["log1p"] = call => call.Graph.Node("Log", [call.Graph.Node("Add", [call.Value(0), call.Graph.Scalar(1)])]),
        ["expm1"] = call => call.Graph.Node("Sub", [call.Graph.Node("Exp", [call.Value(0)]), call.Graph.Scalar(1)]),
        ["rsqrt"] = call => call.Graph.Node("Reciprocal", [call.Graph.Node("Sqrt", [call.Value(0)])]),
        ["square"] = call => call.Graph.Node("Mul", [call.Value(0), call.Value(0)]),
        ["log_sigmoid"] = call => call.Graph.Node("Neg", [call.Graph.Node("Softplus", [call.Graph.Node("Neg", [call.Value(0)])])]),
        ["leaky_relu"] = call => call.Graph.Node("LeakyRelu", [call.Value(0)], ("alpha", call.Number(1))),
        ["elu"] = call => call.Graph.Node("Elu", [call.Value(0)], ("alpha", call.Number(1))),
        ["silu"] = call => call.Graph.Node("Mul", [call.Value(0), call.Graph.Node("Sigmoid", [call.Value(0)])]),
        ["gelu"] = Gelu,
        ["clamp"] = call => call.Graph.Node("Clip", [call.Value(0), call.Has(1) ? call.Graph.Scalar(call.Number(1)) : "", call.Has(2) ? call.Graph.Scalar(call.Number(2)) : ""]),
        ["logaddexp"] = call => call.Graph.Node("Add", [call.Graph.Node("Max", [call.Value(0), call.Value(1)]), SoftplusOfDistance(call)]),
        ["where"] = call => call.Graph.Node("Where", [call.Value(0), Operand(call, 1), Operand(call, 2)]),
        ["zeros_like"] = call => call.Graph.Node("Expand", [call.Graph.Scalar(0), call.Graph.Sizes(call.SizesOf(call.Result))]),
        ["eq"] = call => Plain(call, "Equal"), ["lt"] = call => Plain(call, "Less"), ["gt"] = call => Plain(call, "Greater"),
        ["le"] = call => Plain(call, "LessOrEqual"), ["ge"] = call => Plain(call, "GreaterOrEqual"), ["logical_not"] = Same("Not"), ["logical_and"] = call => Plain(call, "And"),

        ["sum"] = call => !call.Has(1) ? call.Graph.Node("ReduceSum", [call.Value(0)], ("keepdims", 0L)) : call.Graph.Node("ReduceSum", [call.Value(0), call.Graph.Integers(call.Integers(1))], ("keepdims", call.Integer(2))),
        ["mean"] = call => Reduced(call, "ReduceMean"), ["amax"] = call => Reduced(call, "ReduceMax"), ["amin"] = call => Reduced(call, "ReduceMin"), ["logsumexp"] = call => Reduced(call, "ReduceLogSumExp"),
        ["softmax"] = call => call.Graph.Node("Softmax", [call.Value(0)], ("axis", call.Integer(1))),
        ["log_softmax"] = call => call.Graph.Node("LogSoftmax", [call.Value(0)], ("axis", call.Integer(1))),
        ["cumsum"] = call => call.Graph.Node("CumSum", [call.Value(0), call.Graph.Integers(call.Integer(1))]),

        ["reshape"] = Reshaped, ["permute"] = call => call.Graph.Node("Transpose", [call.Value(0)], ("perm", Positive(call, call.Integers(1)))), ["transpose"] = Transposed,
        ["unsqueeze"] = call => call.Graph.Node("Unsqueeze", [call.Value(0), call.Graph.Integers(call.Integer(1))]),
        ["squeeze"] = call => call.Graph.Node("Squeeze", [call.Value(0), call.Graph.Integers(call.Integer(1))]),
        ["expand"] = call => call.Graph.Node("Expand", [call.Value(0), call.Graph.Sizes(call.SizesOf(call.Result))]),
        ["cat"] = call => call.Graph.Node("Concat", [.. call.List(0).Select(call.Value)], ("axis", call.Integer(1))),
        ["stack"] = Stacked,
        ["narrow"] = call => Cut(call, call.Integer(1), call.Integer(2), call.Integer(2) + call.Integer(3), 1),
        ["slice"] = call => Cut(call, call.Integer(1), call.Integer(2), call.Integer(3, long.MaxValue), call.Integer(4, 1)),
        ["flip"] = Flipped,
        ["select"] = call => call.Graph.Node("Squeeze", [Cut(call, call.Integer(1), call.Integer(2), call.Integer(2) is -1 ? long.MaxValue : call.Integer(2) + 1, 1), call.Graph.Integers(call.Integer(1))]),
        ["index_select"] = call => call.Graph.Node("Gather", [call.Value(0), call.Value(2)], ("axis", call.Integer(1))),
        ["gather"] = call => call.Graph.Node("GatherElements", [call.Value(0), call.Value(2)], ("axis", call.Integer(1))),
        ["scatter_add"] = call => call.Graph.Node("ScatterElements", [call.Value(0), call.Value(2), call.Value(3)], ("axis", call.Axis(1, call.Tensor(0).Rank)), ("reduction", "add")),
        ["diag_embed"] = Diagonal,
        ["tril"] = call => call.Graph.Node("Trilu", [call.Value(0), call.Graph.Integer(call.Integer(1))], ("upper", 0L)),
        ["contiguous"] = call => call.Value(0), ["clone"] = call => call.Value(0), ["detach"] = call => call.Value(0),
        ["to"] = call => call.Graph.Node("Cast", [call.Value(0)], ("to", (long)OnnxGraph.Code(call.Result.DType))),
        ["constant_pad_nd"] = Padded,

        ["matmul"] = call => Plain(call, "MatMul"),
        ["linear"] = Linear,
        ["conv2d"] = call => call.Graph.Node("Conv", Present(call, 3), ("kernel_shape", Kernel(call)), ("strides", Both(call.Integers(3))), ("pads", Around(call.Integers(4)))),
        ["conv_transpose2d"] = call => call.Graph.Node("ConvTranspose", Present(call, 3),
            ("kernel_shape", Kernel(call)), ("strides", Both(call.Integers(3))), ("pads", Around(call.Integers(4))), ("output_padding", Both(call.Integers(5)))),
        ["batch_norm"] = BatchNorm,
        ["group_norm"] = GroupNorm,
    };

    /// <summary>Whether an operator draws random numbers; they are inputs of an exported graph.</summary>
    internal static bool Draws(string name) => name is "randn" or "rand" or "multinomial";

    /// <summary>An input in place of a draw: <c>normal</c> for N(0, 1), <c>uniform</c> for numbers from 0 to 1.</summary>
    internal static string Draw(TraceReader reader, Call call)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var sizes = call.SizesOf(call.Result);
        if (call.Operator == "multinomial") return Choice(call, sizes);
        if (!sizes[0].OfBatch || sizes[0].Value != 1 || sizes.Skip(1).Any(size => size.OfBatch)) throw new NotSupportedException($"{call.Operator} draws {call.Result.Shape}, not one event for each example");
        var (kind, what) = call.Operator == "randn" ? ("normal", "independent draws from N(0, 1)") : ("uniform", "independent draws from the interval 0 to 1");
        return reader.Graph.Input(call.NewDraw(kind), what, [.. sizes.Skip(1).Select(size => size.Value)]);
    }

    /// <summary>Translates a call into nodes. → the name of each result.</summary>
    /// <exception cref="NotSupportedException">ONNX, or this table, has no such operator.</exception>
    internal static string[] Translate(Call call)
    {
        if (call.Operator == "chunk") return Chunked(call);
        return Table.TryGetValue(call.Operator, out var translate)
            ? [translate(call)]
            : throw new NotSupportedException($"libtorch's operator {call.Operator} has no translation into ONNX here");
    }

    // Inversion of the cumulative weights: one uniform number for each draw.
    private static string Choice(Call call, IReadOnlyList<Dim> sizes)
    {
        if (sizes is not [{ OfBatch: false, Value: 1 }, { OfBatch: true, Value: 1 }]) throw new NotSupportedException($"multinomial draws {call.Result.Shape}, not one choice for each example");
        var graph = call.Graph;
        var u = graph.Input(call.NewDraw("uniform"), "independent draws from the interval 0 to 1: the choice of a component", 1);
        using var last = call.Tensor(0).Cumsum(-1).Narrow(-1, 0, Math.Max(0, call.Tensor(0).Shape[-1] - 1));
        using var edges = last / call.Tensor(0).Sum(-1, keep: true);
        var above = graph.Node("Cast", [graph.Node("Greater", [u, graph.Constant(edges)])], ("to", (long)OnnxGraph.Code(DType.Int64)));
        return graph.Node("Transpose", [graph.Node("ReduceSum", [above, graph.Integers(1)], ("keepdims", 1L))], ("perm", Exchange));
    }

    private static Func<Call, string> Same(string op) => call => call.Graph.Node(op, [call.Value(0)]);

    // a op b, with b a tensor or a number; libtorch's last argument, a factor for b, is 1 in every call of Elbow's.
    private static string Plain(Call call, string op) => call.Graph.Node(op, [call.Value(0), Operand(call, 1)]);

    private static string Operand(Call call, int k)
    {
        if (call.IsTensor(k)) return call.Value(k);
        var number = call.Number(k);
        if (call.Operator != "where" && call.Tensor(0).DType == DType.Int64) return call.Graph.Integer((long)number);
        return call.Graph.Scalar(number);
    }

    private static string Scaled(Call call, string value, double factor) => factor == 1 ? value : call.Graph.Node("Mul", [value, call.Graph.Scalar(factor)]);

    private static string Gelu(Call call)
    {
        var (graph, x) = (call.Graph, call.Value(0));
        var phi = graph.Node("Add", [graph.Node("Erf", [graph.Node("Mul", [x, graph.Scalar(Math.Sqrt(0.5))])]), graph.Scalar(1)]);
        return graph.Node("Mul", [graph.Node("Mul", [x, phi]), graph.Scalar(0.5)]);
    }

    private static string SoftplusOfDistance(Call call) =>
        call.Graph.Node("Softplus", [call.Graph.Node("Neg", [call.Graph.Node("Abs", [call.Graph.Node("Sub", [call.Value(0), call.Value(1)])])])]);

    // Opset 17 takes the axes as an attribute here; none are all.
    private static string Reduced(Call call, string op) => call.Has(1)
        ? call.Graph.Node(op, [call.Value(0)], ("axes", call.Integers(1)), ("keepdims", call.Integer(2)))
        : call.Graph.Node(op, [call.Value(0)], ("keepdims", 0L));

    private static string Reshaped(Call call)
    {
        var sizes = call.SizesOf(call.Result);
        // One free size needs no arithmetic.
        return sizes.Count(size => size.OfBatch) == 1
            ? call.Graph.Node("Reshape", [call.Value(0), call.Graph.Integers([.. sizes.Select(size => size.OfBatch ? -1 : size.Value)])])
            : call.Graph.Node("Reshape", [call.Value(0), call.Graph.Sizes(sizes)]);
    }

    private static string Transposed(Call call)
    {
        var order = Enumerable.Range(0, call.Tensor(0).Rank).Select(axis => (long)axis).ToArray();
        var (a, b) = (call.Axis(1, order.Length), call.Axis(2, order.Length));
        (order[a], order[b]) = (order[b], order[a]);
        return call.Graph.Node("Transpose", [call.Value(0)], ("perm", order));
    }

    private static long[] Positive(Call call, long[] axes) => [.. axes.Select(axis => axis < 0 ? axis + call.Tensor(0).Rank : axis)];

    private static string Stacked(Call call) => call.Graph.Node("Concat",
        [.. call.List(0).Select(part => call.Graph.Node("Unsqueeze", [call.Value(part), call.Graph.Integers(call.Axis(1, call.Result.Rank))]))], ("axis", call.Axis(1, call.Result.Rank)));

    private static string[] Chunked(Call call) => call.Graph.Nodes("Split", call.Results, [call.Value(0)], ("axis", call.Axis(2, call.Tensor(0).Rank)));

    private static string Cut(Call call, long axis, long start, long end, long step) =>
        call.Graph.Node("Slice", [call.Value(0), call.Graph.Integers(start), call.Graph.Integers(end), call.Graph.Integers(axis), call.Graph.Integers(step)]);

    private static string Flipped(Call call)
    {
        var axes = call.Integers(1);
        long[] Each(long value) => [.. axes.Select(_ => value)];
        return call.Graph.Node("Slice", [call.Value(0), call.Graph.Integers(Each(-1)), call.Graph.Integers(Each(long.MinValue)), call.Graph.Integers(axes), call.Graph.Integers(Each(-1))]);
    }

    private static string Diagonal(Call call)
    {
        using var eye = Tensor.Eye(call.Tensor(0).Shape[-1]);
        return call.Graph.Node("Mul", [call.Graph.Node("Unsqueeze", [call.Value(0), call.Graph.Integers(-1)]), call.Graph.Constant(eye)]);
    }

    // libtorch lists before and after, last axis first; ONNX all befores, then all afters. A negative number cuts off.
    private static string Padded(Call call)
    {
        var (rank, sizes) = (call.Tensor(0).Rank, call.Integers(1));
        var pads = new long[2 * rank];
        for (var k = 0; k < sizes.Length / 2; k++) (pads[rank - 1 - k], pads[2 * rank - 1 - k]) = (sizes[2 * k], sizes[2 * k + 1]);
        return call.Graph.Node("Pad", [call.Value(0), call.Graph.Integers(pads)]);
    }

    private static string Linear(Call call)
    {
        if (call.Tensor(0).Rank == 2) return call.Graph.Node("Gemm", Present(call, 3), ("transB", 1L));
        var product = call.Graph.Node("MatMul", [call.Value(0), call.Graph.Node("Transpose", [call.Value(1)], ("perm", Exchange))]);
        return call.Has(2) ? call.Graph.Node("Add", [product, call.Value(2)]) : product;
    }

    private static string BatchNorm(Call call)
    {
        if (call.Number(5) != 0) throw new NotSupportedException("batch normalisation by the batch's own statistics cannot be exported: the model must be in evaluation mode");
        return call.Graph.Node("BatchNormalization", [call.Value(0), call.Value(1), call.Value(2), call.Value(3), call.Value(4)], ("epsilon", call.Number(7)));
    }

    // Each group as one channel of an instance normalisation.
    private static string GroupNorm(Call call)
    {
        var (graph, groups, sizes) = (call.Graph, call.Integer(1), call.SizesOf(call.Tensor(0)));
        using var ones = Tensor.Ones([groups]);
        using var zeros = Tensor.Zeros([groups]);
        var grouped = graph.Node("Reshape", [call.Value(0), graph.Integers(0, groups, -1)]);
        var normal = graph.Node("InstanceNormalization", [grouped, graph.Constant(ones), graph.Constant(zeros)], ("epsilon", call.Number(4)));
        var back = graph.Node("Reshape", [normal, graph.Integers([-1, .. sizes.Skip(1).Select(size => size.Value)])]);
        long[] channels = [sizes[1].Value, .. Enumerable.Repeat(1L, sizes.Count - 2)];
        string PerChannel(int k) => graph.Node("Reshape", [call.Value(k), graph.Integers(channels)]);
        return graph.Node("Add", [graph.Node("Mul", [back, PerChannel(2)]), PerChannel(3)]);
    }

    private static string[] Present(Call call, int count) => [.. Enumerable.Range(0, count).Where(call.Has).Select(k => call.Value(k))];

    private static long[] Kernel(Call call) => call.Tensor(1).Shape.Tail(2).ToArray();

    private static long[] Both(long[] sizes) => sizes.Length == 2 ? sizes : [sizes[0], sizes[0]];

    private static long[] Around(long[] sizes) => [.. Both(sizes), .. Both(sizes)];
}
