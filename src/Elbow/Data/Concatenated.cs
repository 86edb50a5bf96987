namespace Elbow.Data;

/// <summary>Several datasets of one shape, one after the other.</summary>
public sealed class Concatenated : IDataset, IDisposable
{
    private readonly IDataset[] parts;
    private readonly int[] starts;

    /// <summary>Joins <paramref name="parts"/>; they are disposed with it.</summary>
    /// <exception cref="ArgumentException">No parts, or different shapes, ranges or label columns.</exception>
    public Concatenated(string name, params IReadOnlyList<IDataset> parts)
    {
        if (parts.Count == 0 || parts.Any(part => part.Shape != parts[0].Shape || part.Range != parts[0].Range
            || !part.Labels.Select(column => column.Name).SequenceEqual(parts[0].Labels.Select(column => column.Name))))
        {
            throw new ArgumentException("parts: expected at least one dataset, all of one shape, range and label columns", nameof(parts));
        }

        (Name, this.parts, starts) = (name, [.. parts], new int[parts.Count]);
        for (var i = 0; i < this.parts.Length; i++)
        {
            starts[i] = Count;
            Count = checked(Count + this.parts[i].Count);
        }

        Labels = [.. this.parts[0].Labels.Select((column, index) => column with
        {
            Codes = [.. this.parts.SelectMany(part => part.Labels[index].Codes)],
            Classes = this.parts.Select(part => part.Labels[index].Classes).MaxBy(classes => classes.Count)!,
        })];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public DataShape Shape => parts[0].Shape;

    /// <inheritdoc/>
    public DataRange Range => parts[0].Range;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        var size = Shape.Size;
        for (var i = 0; i < rows.Length; i++)
        {
            var part = Array.BinarySearch(starts, rows[i]);
            part = part >= 0 ? part : ~part - 1;
            parts[part].Read([rows[i] - starts[part]], destination.Slice(i * size, size));
        }
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var parts = this.parts.Select(part => part.AtEpoch(epoch)).ToArray();
        return parts.SequenceEqual(this.parts) ? this : new Concatenated(Name, parts);
    }

    /// <summary>Disposes the parts.</summary>
    public void Dispose()
    {
        foreach (var part in parts.OfType<IDisposable>())
        {
            part.Dispose();
        }
    }
}
