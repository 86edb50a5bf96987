using System.Runtime.InteropServices;
using Elbow.Export.Onnx.Wire;
using Elbow.Torch;
using Google.Protobuf;

namespace Elbow.Export.Onnx;

/// <summary>A graph of standard ONNX operators under construction. Values are known by name; the first axis of every input is called <c>batch</c>.</summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The version of the standard operators. 17 is the first with all that is used here, and readers of 2022 know it.</summary>
    internal const int Opset = 17;

    private const int IrVersion = 8;
    private const string Batch = "batch";
    private readonly GraphProto graph = new() { Name = name };
    private readonly Dictionary<string, string> integers = new(StringComparer.Ordinal);
    private int made;
    private string? batchSize;

    internal IReadOnlyList<string> Inputs => [.. graph.Input.Select(input => input.Name)];

    internal IReadOnlyList<string> Outputs => [.. graph.Output.Select(output => output.Name)];

    /// <summary>An input with a free first axis.</summary>
    internal string Input(string name, string doc, params ReadOnlySpan<long> afterBatch)
    {
        graph.Input.Add(Described(name, doc, DType.Float32, afterBatch));
        return name;
    }

    /// <summary>Names a value as an output with a free first axis.</summary>
    internal void Output(string name, string doc, string value, params ReadOnlySpan<long> afterBatch)
    {
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        graph.Output.Add(Described(name, doc, DType.Float32, afterBatch));
    }

    /// <summary>An operator with one result; an empty name leaves an input out.</summary>
    internal string Node(string op, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes) => Nodes(op, 1, inputs, attributes)[0];

    /// <summary>An operator with several results.</summary>
    internal string[] Nodes(string op, int results, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"{op}_{++made}" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(Enumerable.Range(0, results).Select(k => results == 1 ? node.Name : $"{node.Name}_{k}"));
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        graph.Node.Add(node);
        return [.. node.Output];
    }

    /// <summary>A tensor that the file holds.</summary>
    internal string Constant(Tensor tensor, string? name = null)
    {
        name ??= $"constant_{++made}";
        var bytes = tensor.DType switch
        {
            DType.Float32 => MemoryMarshal.AsBytes<float>(tensor.ToArray<float>()),
            DType.Int64 => MemoryMarshal.AsBytes<long>(tensor.ToArray<long>()),
            DType.Bool => MemoryMarshal.AsBytes<bool>(tensor.ToArray<bool>()),
            var other => throw new NotSupportedException($"a constant of {other} cannot be exported: models are exported in Float32"),
        };
        var proto = new TensorProto { Name = name, DataType = Code(tensor.DType), RawData = ByteString.CopyFrom(bytes) };
        proto.Dims.AddRange(tensor.Shape.ToArray());
        graph.Initializer.Add(proto);
        return name;
    }

    /// <summary>One number.</summary>
    internal string Scalar(double value)
    {
        using var tensor = Tensor.Full(value, []);
        return Constant(tensor);
    }

    /// <summary>One whole number.</summary>
    internal string Integer(long value)
    {
        using var tensor = Tensor.From([value], []);
        return Constant(tensor);
    }

    /// <summary>Whole numbers as operators take axes, sizes and places; equal lists are held once.</summary>
    internal string Integers(params ReadOnlySpan<long> values)
    {
        var key = string.Join(',', values.ToArray());
        if (integers.TryGetValue(key, out var known)) return known;
        using var tensor = Tensor.From(values, [values.Length]);
        return integers[key] = Constant(tensor);
    }

    /// <summary>Sizes as a value, computed from the batch where they depend on it.</summary>
    internal string Sizes(IReadOnlyList<Dim> sizes)
    {
        if (sizes.All(size => !size.OfBatch)) return Integers([.. sizes.Select(size => size.Value)]);
        batchSize ??= Node("Slice", [Node("Shape", [graph.Input[0].Name]), Integers(0), Integers(1)]);
        return Node("Concat", [.. sizes.Select(size => !size.OfBatch ? Integers(size.Value) : size.Value == 1 ? batchSize : Node("Mul", [batchSize, Integers(size.Value)]))], ("axis", 0L));
    }

    /// <summary>The file.</summary>
    internal byte[] ToFile(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "elbow", ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3), Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        model.MetadataProps.AddRange(metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model.ToByteArray();
    }

    internal static int Code(DType type) => type switch
    {
        DType.Float32 => 1,
        DType.Int64 => 7,
        DType.Bool => 9,
        _ => throw new NotSupportedException($"{type} cannot be exported: models are exported in Float32"),
    };

    private static ValueInfoProto Described(string name, string doc, DType type, ReadOnlySpan<long> afterBatch)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = Batch });
        foreach (var size in afterBatch) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        return new ValueInfoProto { Name = name, DocString = doc, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Code(type), Shape = shape } } };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case double or float:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, Convert.ToSingle(value, null));
                break;
            case long or int:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, Convert.ToInt64(value, null));
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] list:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(list);
                break;
            default:
                throw new ArgumentException($"no ONNX attribute holds a {value.GetType().Name}", nameof(value));
        }
        return attribute;
    }
}

/// <summary>A size: a number, or that many times the batch.</summary>
internal readonly record struct Dim(long Value, bool OfBatch = false);
