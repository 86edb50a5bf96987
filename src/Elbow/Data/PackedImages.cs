using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>Binary pictures held as bits: an eighth of their size as bytes.</summary>
internal sealed class PackedImages : IDataset
{
    private readonly byte[] bits;
    private readonly int stride;

    private PackedImages(string name, DataShape shape, int count, byte[] bits, IReadOnlyList<LabelColumn> labels) =>
        (Name, Shape, Count, this.bits, stride, Labels) = (name, shape, count, bits, (shape.Size + 7) / 8, labels);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public DataShape Shape { get; }

    /// <inheritdoc/>
    public DataRange Range => DataRange.Binary;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>Reads pictures whose pixels are bytes 0 and 1.</summary>
    public static PackedImages Read(Stream stream, string path, int count, DataShape shape, IReadOnlyList<LabelColumn> labels, IProgress<DataProgress>? progress)
    {
        var stride = (shape.Size + 7) / 8;
        if ((long)count * stride > Array.MaxLength) throw BadData.In(path, $"{count} pictures of {shape} do not fit one block of memory", "save fewer rows");
        var (bits, row) = (new byte[count * stride], new byte[shape.Size]);
        for (var n = 0; n < count; n++)
        {
            stream.ReadExactly(row);
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] > 1) throw BadData.In(path, $"row {n} holds {row[i]}, binary pictures hold 0 and 1", "set data.kind to npy and data.labelColumn to the labels");
                bits[(n * stride) + (i / 8)] |= (byte)(row[i] << (i % 8));
            }

            if (n % 4096 == 0 || n == count - 1) progress?.Report(new DataProgress($"reading {Path.GetFileName(path)}", (n + 1L) * shape.Size, (long)count * shape.Size));
        }

        return new PackedImages(Path.GetFileName(path), shape, count, bits, labels);
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        for (var n = 0; n < rows.Length; n++)
        {
            var from = bits.AsSpan(rows[n] * stride, stride);
            var to = destination.Slice(n * Shape.Size, Shape.Size);
            for (var i = 0; i < to.Length; i++) to[i] = (from[i / 8] >> (i % 8)) & 1;
        }
    }
}
