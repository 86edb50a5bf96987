using System.Buffers.Binary;
using System.Text.Json;

namespace Elbow.Torch;

/// <summary>A file is not a sound safetensors file.</summary>
/// <param name="message">What is wrong with it.</param>
public sealed class SafetensorsException(string message) : IOException(message);

/// <summary>
/// Named tensors in the safetensors format: an 8-byte little-endian header length, a JSON header (name → dtype, shape, byte range),
/// then the raw little-endian data. No code and no pickle can hide in it.
/// </summary>
/// <remarks>
/// Reading refuses what the format forbids: oversized or malformed headers, names that come twice, ranges outside the file, gaps,
/// overlaps, bytes left over, truth values other than 0 and 1. A file that is refused leaves no tensor behind.
/// </remarks>
public static class Safetensors
{
    private const int LongestHeader = 100_000_000, HighestRank = 64;
    private const string Metadata = "__metadata__";

    private static readonly (string Name, DType Type, int Bytes)[] Types =
    [
        ("F64", DType.Float64, 8), ("F32", DType.Float32, 4), ("F16", DType.Float16, 2), ("BF16", DType.BFloat16, 2), ("I64", DType.Int64, 8),
        ("I32", DType.Int32, 4), ("I16", DType.Int16, 2), ("I8", DType.Int8, 1), ("U8", DType.UInt8, 1), ("BOOL", DType.Bool, 1),
    ];

    private sealed record Entry(string Name, DType Type, Shape Shape, long Begin, long End);

    /// <summary>Writes tensors and free-form metadata to a stream.</summary>
    /// <exception cref="ArgumentException">
    /// A name comes twice, is reserved or is no text; the format has no such element type; a tensor has more than 2 GB. Nothing is written then.
    /// </exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        // Widest types first: every tensor then starts at a multiple of its element, for readers that map the file.
        var list = tensors.OrderByDescending(pair => TypeOf(pair.Value).Bytes).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal) { Metadata };
        if (list.FirstOrDefault(pair => !names.Add(pair.Key)) is { Key: { } name }) throw new ArgumentException($"the name '{name}' is reserved or comes twice", nameof(tensors));
        foreach (var text in list.Select(pair => pair.Key).Concat((metadata ?? new Dictionary<string, string>()).SelectMany(pair => new[] { pair.Key, pair.Value })))
            if (!IsText(text)) throw new ArgumentException($"'{text}' cannot be written as UTF-8", nameof(tensors));
        foreach (var (key, tensor) in list)
        {
            if (tensor.Rank > HighestRank) throw new ArgumentException($"tensor '{key}' has {tensor.Rank} axes, the format knows {HighestRank} at most", nameof(tensors));
            if (tensor.Count > Array.MaxLength / TypeOf(tensor).Bytes) throw new ArgumentException($"tensor '{key}' has more than 2 GB", nameof(tensors));
        }
        var header = Header(list, metadata);
        if (header.Length > LongestHeader) throw new ArgumentException($"the header would have {header.Length} bytes, more than {LongestHeader}", nameof(tensors));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in list) stream.Write(Bytes(tensor));
    }

    /// <summary>Reads all tensors of a file, on the CPU.</summary>
    /// <exception cref="SafetensorsException">The file is truncated or malformed.</exception>
    public static Dictionary<string, Tensor> Read(Stream stream) => Read(stream, out _);

    /// <summary>Reads all tensors of a file, on the CPU, and its metadata.</summary>
    /// <exception cref="SafetensorsException">The file is truncated or malformed.</exception>
    public static Dictionary<string, Tensor> Read(Stream stream, out IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var length = BinaryPrimitives.ReadInt64LittleEndian(ReadExactly(stream, 8, "header length"));
        if (length is < 2 or > LongestHeader) throw new SafetensorsException($"the header claims {length} bytes");
        var (entries, free) = Parse(ReadExactly(stream, (int)length, "header"));
        metadata = free;
        var result = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in entries) result.Add(entry.Name, ReadTensor(stream, entry));
            if (stream.ReadByte() >= 0) throw new SafetensorsException("there are bytes after the last tensor");
            return result;
        }
        catch
        {
            foreach (var tensor in result.Values) tensor.Dispose();
            throw;
        }
    }

    // Half a surrogate pair becomes another character in UTF-8, and two such names one.
    private static bool IsText(string? text)
    {
        for (var k = 0; k < text?.Length; k++)
        {
            if (!char.IsSurrogate(text[k])) continue;
            if (k + 1 == text.Length || !char.IsSurrogatePair(text[k], text[++k])) return false;
        }
        return text is not null;
    }

    private static byte[] Header(List<KeyValuePair<string, Tensor>> list, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(Metadata);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var (name, tensor) in list)
            {
                var (code, _, size) = TypeOf(tensor);
                json.WriteStartObject(name);
                json.WriteString("dtype", code);
                json.WriteStartArray("shape");
                foreach (var extent in tensor.Shape.AsSpan()) json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Count * size);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Data starts at a multiple of 8, as readers that map the file expect; the format pads with spaces.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header)
    {
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (header[0] != '{') throw new SafetensorsException("the header does not begin with {");
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == Metadata)
                {
                    foreach (var item in property.Value.EnumerateObject())
                    {
                        metadata[item.Name] = item.Value.GetString() ?? throw new SafetensorsException($"the metadata '{item.Name}' is no text");
                    }
                    continue;
                }
                var code = property.Value.GetProperty("dtype").GetString();
                var type = Types.FirstOrDefault(type => type.Name == code);
                if (type.Name is null) throw new SafetensorsException($"tensor '{property.Name}' has the unknown type {code}");
                long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
                long[] range = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
                entries.Add(Checked(property.Name, type.Type, type.Bytes, shape, range));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new SafetensorsException($"the header is malformed: {error.Message}");
        }
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var next = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != next) throw new SafetensorsException($"the data of '{entry.Name}' {(entry.Begin < next ? "overlaps another tensor" : "leaves a gap")}");
            next = entry.End;
        }
        return (entries, metadata);
    }

    private static Entry Checked(string name, DType type, int bytes, long[] shape, long[] range)
    {
        if (range.Length != 2 || range[0] < 0 || range[1] < range[0]) throw new SafetensorsException($"tensor '{name}' has an impossible byte range");
        if (shape.Length > HighestRank) throw new SafetensorsException($"tensor '{name}' has {shape.Length} axes");
        if (shape.Any(size => size < 0)) throw new SafetensorsException($"tensor '{name}' has a negative size");
        try
        {
            // Sizes beside a zero count too: strides are computed from them.
            var extent = shape.Aggregate((long)bytes, (product, size) => checked(product * Math.Max(size, 1)));
            if ((shape.Contains(0) ? 0 : extent) != range[1] - range[0]) throw new SafetensorsException($"tensor '{name}': its shape and its byte range disagree");
        }
        catch (OverflowException)
        {
            throw new SafetensorsException($"tensor '{name}' is impossibly large");
        }
        if (range[1] - range[0] > Array.MaxLength) throw new SafetensorsException($"tensor '{name}' is larger than {Array.MaxLength} bytes");
        return new Entry(name, type, new Shape(shape), range[0], range[1]);
    }

    // Memory is taken in steps, as the bytes really arrive: a header may promise more than the file holds.
    private static byte[] ReadExactly(Stream stream, int count, string part)
    {
        var buffer = new byte[Math.Min(count, 1 << 24)];
        var filled = 0;
        while (filled < count)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(count, 2L * buffer.Length));
            var read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0) throw new SafetensorsException($"the file ends inside the {part}: {filled} of {count} bytes");
            filled += read;
        }
        return buffer;
    }

    private static (string Name, DType Type, int Bytes) TypeOf(Tensor tensor)
    {
        var type = tensor.DType;
        var found = Types.FirstOrDefault(known => known.Type == type);
        return found.Name is not null ? found : throw new ArgumentException($"the format has no element type for {type}");
    }

    private static byte[] Bytes(Tensor tensor)
    {
        var bytes = new byte[tensor.Count * TypeOf(tensor).Bytes];
        tensor.CopyRaw(bytes);
        return bytes;
    }

    private static Tensor ReadTensor(Stream stream, Entry entry)
    {
        var data = ReadExactly(stream, checked((int)(entry.End - entry.Begin)), $"data of '{entry.Name}'");
        if (entry.Type == DType.Bool && data.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1)) throw new SafetensorsException($"tensor '{entry.Name}' holds truth values other than 0 and 1");
        return Tensor.FromRaw(data, entry.Shape.AsSpan(), entry.Type);
    }
}
