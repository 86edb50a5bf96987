using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>Rows held in memory, as bytes (yielded as 0..255) or as 32-bit numbers.</summary>
public sealed class ArrayDataset : IDataset
{
    private readonly byte[]? bytes;
    private readonly float[]? floats;

    /// <summary>Rows of bytes.</summary>
    /// <param name="name">What the data is called in messages.</param>
    /// <param name="shape">The shape of one row.</param>
    /// <param name="values">N · shape.Size bytes; kept, not copied.</param>
    /// <param name="range">Which values occur; null: found by looking.</param>
    /// <param name="labels">Classes and factors.</param>
    /// <exception cref="ArgumentException">No rows, or the length is no multiple of the row size, or labels of another length.</exception>
    public ArrayDataset(string name, DataShape shape, byte[] values, DataRange? range = null, params IReadOnlyList<LabelColumn> labels)
        : this(name, shape, values.LongLength, labels)
    {
        bytes = values;
        Range = range ?? DataScan.RangeOf(this);
    }

    /// <summary>Rows of 32-bit numbers.</summary>
    /// <param name="name">What the data is called in messages.</param>
    /// <param name="shape">The shape of one row.</param>
    /// <param name="values">N · shape.Size numbers; kept, not copied.</param>
    /// <param name="range">Which values occur; null: found by looking, which also refuses NaN and infinity.</param>
    /// <param name="labels">Classes and factors.</param>
    /// <exception cref="ArgumentException">No rows, or the length is no multiple of the row size, or labels of another length.</exception>
    public ArrayDataset(string name, DataShape shape, float[] values, DataRange? range = null, params IReadOnlyList<LabelColumn> labels)
        : this(name, shape, values.LongLength, labels)
    {
        floats = values;
        Range = range ?? DataScan.RangeOf(this);
    }

    private ArrayDataset(string name, DataShape shape, long length, IReadOnlyList<LabelColumn> labels)
    {
        if (shape.Size < 1 || length == 0 || length % shape.Size != 0)
        {
            throw new ArgumentException($"values: expected a positive multiple of {shape} = {shape.Size} numbers, got {length}",
                nameof(length));
        }

        (Name, Shape, Count, Labels) = (name, shape, checked((int)(length / shape.Size)), labels);
        foreach (var column in labels)
        {
            if (column.Codes.Length != Count)
            {
                throw new ArgumentException($"labels: column {column.Name} has {column.Codes.Length} codes for {Count} rows",
                    nameof(labels));
            }
        }

        Range = DataRange.Real;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public DataShape Shape { get; }

    /// <inheritdoc/>
    public DataRange Range { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        var size = Shape.Size;
        for (var i = 0; i < rows.Length; i++)
        {
            var target = destination.Slice(i * size, size);
            if (bytes is not null)
            {
                NumberFormat.Widen(bytes.AsSpan(rows[i] * size, size), target);
            }
            else
            {
                floats.AsSpan(rows[i] * size, size).CopyTo(target);
            }
        }
    }
}
