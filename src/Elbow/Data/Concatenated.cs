namespace Elbow.Data;

/// <summary>Several datasets of one shape, one after the other.</summary>
public sealed class Concatenated : IDataset, IDisposable
{
    private readonly IDataset[] _parts;
    private readonly int[] _starts;

    /// <summary>Joins <paramref name="parts"/>; they are disposed with it.</summary>
    /// <exception cref="ArgumentException">No parts, or different shapes, ranges or label columns.</exception>
    public Concatenated(string name, params IReadOnlyList<IDataset> parts)
    {
        if (parts.Count == 0 || parts.Any(part => part.Shape != parts[0].Shape || part.Range != parts[0].Range
            || !part.Labels.Select(column => column.Name).SequenceEqual(parts[0].Labels.Select(column => column.Name))))
        {
            throw new ArgumentException("parts: expected at least one dataset, all of one shape, range and label columns", nameof(parts));
        }

        (Name, _parts, _starts) = (name, [.. parts], new int[parts.Count]);
        for (var i = 0; i < _parts.Length; i++)
        {
            _starts[i] = Count;
            Count = checked(Count + _parts[i].Count);
        }

        Labels = [.. _parts[0].Labels.Select((column, index) => column with
        {
            Codes = [.. _parts.SelectMany(part => part.Labels[index].Codes)],
            Classes = _parts.Select(part => part.Labels[index].Classes).MaxBy(classes => classes.Count)!,
        })];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public DataShape Shape => _parts[0].Shape;

    /// <inheritdoc/>
    public DataRange Range => _parts[0].Range;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        var size = Shape.Size;
        for (var i = 0; i < rows.Length; i++)
        {
            var part = Array.BinarySearch(_starts, rows[i]);
            part = part >= 0 ? part : ~part - 1;
            _parts[part].Read([rows[i] - _starts[part]], destination.Slice(i * size, size));
        }
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var parts = _parts.Select(part => part.AtEpoch(epoch)).ToArray();
        return parts.SequenceEqual(_parts) ? this : new Concatenated(Name, parts);
    }

    /// <summary>Disposes the parts.</summary>
    public void Dispose()
    {
        foreach (var part in _parts.OfType<IDisposable>())
        {
            part.Dispose();
        }
    }
}
