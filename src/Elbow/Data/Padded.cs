namespace Elbow.Data;

/// <summary>Another dataset with a border of the lowest value (0 for real numbers) around every picture.</summary>
public sealed class Padded : IDataset
{
    private readonly IDataset _inner;
    private readonly int _border;
    private readonly float _value;

    /// <summary>Wraps <paramref name="inner"/>.</summary>
    /// <param name="inner">Pictures.</param>
    /// <param name="border">Pixels added on each of the four sides, at least 1.</param>
    /// <exception cref="ArgumentException">The rows are no pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The border is below 1.</exception>
    public Padded(IDataset inner, int border)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(border, 1);
        if (inner.Shape.IsVector)
        {
            throw new ArgumentException($"{inner.Name} holds vectors of {inner.Shape}, which have no border", nameof(inner));
        }

        (_inner, _border, _value) = (inner, border, double.IsFinite(inner.Range.Lower) ? (float)inner.Range.Lower : 0);
        Shape = new DataShape(inner.Shape.Channels, inner.Shape.Height + (2 * border), inner.Shape.Width + (2 * border));
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public int Count => _inner.Count;

    /// <inheritdoc/>
    public DataShape Shape { get; }

    /// <inheritdoc/>
    public DataRange Range => _inner.Range;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels => _inner.Labels;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        var small = new float[rows.Length * _inner.Shape.Size];
        _inner.Read(rows, small);
        destination.Fill(_value);
        var (height, width) = (_inner.Shape.Height, _inner.Shape.Width);
        for (var line = 0; line < small.Length / width; line++)
        {
            // Line y of picture-and-channel p.
            var (p, y) = (line / height, line % height);
            small.AsSpan(line * width, width).CopyTo(destination[((((p * Shape.Height) + y + _border) * Shape.Width) + _border)..]);
        }
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var inner = _inner.AtEpoch(epoch);
        return ReferenceEquals(inner, _inner) ? this : new Padded(inner, _border);
    }
}
