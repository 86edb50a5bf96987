using System.Buffers.Binary;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The idx format of the MNIST database: magic (0, 0, type, axes), big-endian sizes, big-endian numbers; often gzipped.</summary>
public static class Idx
{
    /// <summary>Opens data rows; the first axis counts them.</summary>
    /// <param name="path">An idx file, gzipped or not.</param>
    /// <param name="labelsPath">An idx file with one whole number per row, or null.</param>
    /// <param name="range">Which values occur; null: found by looking.</param>
    /// <param name="progress">Told how far a long load is.</param>
    /// <exception cref="UserException">Missing, damaged, empty or of an unknown type.</exception>
    public static IDataset Open(string path, string? labelsPath = null, DataRange? range = null,
        IProgress<DataProgress>? progress = null) =>
        ArrayFile.Open(path, ReadHeader, range, labelsPath is null ? [] : [ReadLabels(labelsPath)], progress);

    /// <summary>Reads one whole number per row.</summary>
    /// <exception cref="UserException">Missing, damaged, or more than one number per row.</exception>
    public static LabelColumn ReadLabels(string path) => ArrayFile.Labels(path, ReadHeader);

    /// <summary>The labels file that the naming of the MNIST family puts beside a data file, if it is there.</summary>
    public static string? LabelsBeside(string path)
    {
        var name = Path.GetFileName(path).Replace("images-idx3", "labels-idx1", StringComparison.Ordinal);
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        return name != Path.GetFileName(path) && File.Exists(beside) ? beside : null;
    }

    /// <summary>Writes bytes as an idx file.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="values">As many bytes as the axes say.</param>
    /// <param name="dims">Sizes of the axes, rows first.</param>
    /// <exception cref="ArgumentException">The axes do not fit the number of bytes.</exception>
    public static void Write(Stream destination, ReadOnlySpan<byte> values, params ReadOnlySpan<int> dims)
    {
        var elements = 1L;
        foreach (var dim in dims)
        {
            elements *= dim;
        }

        if (dims.Length is < 1 or > 255 || elements != values.Length)
        {
            throw new ArgumentException($"values: expected {string.Join(" x ", dims.ToArray())} bytes, got {values.Length}",
                nameof(values));
        }

        Span<byte> word = [0, 0, 0x08, (byte)dims.Length];
        destination.Write(word);
        foreach (var dim in dims)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, dim);
            destination.Write(word);
        }

        destination.Write(values);
    }

    internal static ArrayHeader ReadHeader(Stream stream, string path)
    {
        Span<byte> word = stackalloc byte[4];
        stream.ReadExactly(word);
        if (word[0] != 0 || word[1] != 0 || word[3] is 0 or > 4)
        {
            throw BadData.In(path, $"is no idx file: it starts with {Convert.ToHexString(word)}, wanted 0000, a type and 01 to 04 axes",
                "check the path, or set data.kind to what the file is");
        }

        var format = word[2] switch
        {
            0x08 => NumberFormat.Byte,
            0x09 => new NumberFormat('i', 1),
            0x0B => new NumberFormat('i', 2, BigEndian: true),
            0x0C => new NumberFormat('i', 4, BigEndian: true),
            0x0D => new NumberFormat('f', 4, BigEndian: true),
            0x0E => new NumberFormat('f', 8, BigEndian: true),
            var type => throw BadData.Damaged(path, $"idx type {type:X2} is none of 08, 09, 0B, 0C, 0D, 0E"),
        };
        var dims = new int[word[3]];
        for (var axis = 0; axis < dims.Length; axis++)
        {
            stream.ReadExactly(word);
            var size = BinaryPrimitives.ReadUInt32BigEndian(word);
            dims[axis] = size <= int.MaxValue ? (int)size : throw BadData.Damaged(path, $"its axis {axis + 1} is said to have {size} entries");
        }

        return new ArrayHeader(4 + (4 * dims.Length), dims, format);
    }
}
