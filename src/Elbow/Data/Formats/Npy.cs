using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The npy format of NumPy, versions 1 to 3, C or Fortran order, either byte order. Object arrays are refused: no pickle,
/// ever.</summary>
public static partial class Npy
{
    // A header of one page describes any plain array; a length field beyond this is damage, not data.
    private const int MostHeaderBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Opens data rows; the first axis counts them.</summary>
    /// <param name="path">An npy file, gzipped or not.</param>
    /// <param name="labelsPath">An npy file with one whole number per row, or null.</param>
    /// <param name="range">Which values occur; null: found by looking.</param>
    /// <param name="progress">Told how far a long load is.</param>
    /// <exception cref="UserException">Missing, damaged, empty, or of an unknown or unsafe type.</exception>
    public static IDataset Open(string path, string? labelsPath = null, DataRange? range = null,
        IProgress<DataProgress>? progress = null) =>
        ArrayFile.Open(path, ReadHeader, range, labelsPath is null ? [] : [ReadLabels(labelsPath)], progress);

    /// <summary>Reads one whole number per row.</summary>
    /// <exception cref="UserException">Missing, damaged, or more than one number per row.</exception>
    public static LabelColumn ReadLabels(string path) => ArrayFile.Labels(path, ReadHeader);

    /// <summary>Writes 32-bit numbers (descr <c>&lt;f4</c>, C order, version 1).</summary>
    /// <exception cref="ArgumentException">The axes do not fit the number of values.</exception>
    public static void Write(Stream destination, ReadOnlySpan<float> values, params ReadOnlySpan<int> dims) =>
        Write(destination, MemoryMarshal.AsBytes(values), "<f4", values.Length, dims);

    /// <summary>Writes bytes (descr <c>|u1</c>, C order, version 1).</summary>
    /// <exception cref="ArgumentException">The axes do not fit the number of values.</exception>
    public static void Write(Stream destination, ReadOnlySpan<byte> values, params ReadOnlySpan<int> dims) =>
        Write(destination, values, "|u1", values.Length, dims);

    internal static ArrayHeader ReadHeader(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (!start[..6].SequenceEqual(Magic))
        {
            throw BadData.In(path, $"is no npy file: it starts with {Convert.ToHexString(start[..6])}",
                "check the path, or set data.kind to what the file is");
        }

        var wide = start[6] switch
        {
            1 => false,
            2 or 3 => true,
            _ => throw BadData.In(path, $"is npy version {start[6]}.{start[7]}; versions 1, 2 and 3 are read",
                "save it again with numpy.save"),
        };
        Span<byte> size = stackalloc byte[wide ? 4 : 2];
        stream.ReadExactly(size);
        var length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(size) : BinaryPrimitives.ReadUInt16LittleEndian(size);
        if (length > MostHeaderBytes)
        {
            throw BadData.Damaged(path, $"its header claims {length} bytes");
        }

        var text = new byte[length];
        stream.ReadExactly(text);
        return Parse(Encoding.Latin1.GetString(text), 8 + size.Length + length, path);
    }

    private static ArrayHeader Parse(string header, long offset, string path)
    {
        var (descr, order, shape) = (Descr().Match(header), Order().Match(header), Shape().Match(header));
        if (!order.Success || !shape.Success || !header.Contains("'descr'", StringComparison.Ordinal))
        {
            throw BadData.Damaged(path, "its header does not give descr, fortran_order and a shape of whole numbers");
        }

        var format = new NumberFormat(descr.Groups[2].Value.FirstOrDefault(), descr.Groups[3].Value.FirstOrDefault() - '0',
            descr.Groups[1].Value == ">");
        if (!descr.Success || !format.IsKnown)
        {
            throw BadData.In(path,
                "holds objects, records, text or complex numbers; only plain numbers are read (and never pickled objects)",
                "save numbers: numpy.save(path, x.astype('float32'))");
        }

        var dims = new List<int>();
        foreach (var text in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            dims.Add(int.TryParse(text, out var dim) ? dim : throw BadData.Damaged(path, $"its header claims an axis of size {text}"));
        }

        return dims.Count > 0
            ? new ArrayHeader(offset, dims, format, order.Groups[1].Value == "True")
            : throw BadData.In(path, "holds a single number", "data needs at least one axis that counts the rows");
    }

    private static void Write(Stream destination, ReadOnlySpan<byte> bytes, string descr, int count, ReadOnlySpan<int> dims)
    {
        var elements = 1L;
        foreach (var dim in dims)
        {
            elements *= dim;
        }

        if (dims.IsEmpty || elements != count)
        {
            throw new ArgumentException($"values: expected {string.Join(" x ", dims.ToArray())} numbers, got {count}", nameof(bytes));
        }

        var header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({string.Join(", ", dims.ToArray())},), }}";
        // The data starts at a multiple of 64 bytes, the last header byte is a line feed.
        var padded = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        Span<byte> start = [.. Magic, 1, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(start[8..], (ushort)padded);
        destination.Write(start);
        destination.Write(Encoding.Latin1.GetBytes(header.PadRight(padded - 1) + "\n"));
        destination.Write(bytes);
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([<>=|]?)([fuib])([1248])'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([0-9,\s]*)\)")]
    private static partial Regex Shape();
}
