namespace Elbow.Data;

/// <summary>Another dataset with a border of the lowest value (0 for real numbers) around every picture.</summary>
public sealed class Padded : IDataset
{
    private readonly IDataset inner;
    private readonly int border;
    private readonly float value;

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

        (this.inner, this.border, value) = (inner, border, double.IsFinite(inner.Range.Lower) ? (float)inner.Range.Lower : 0);
        Shape = new DataShape(inner.Shape.Channels, inner.Shape.Height + (2 * border), inner.Shape.Width + (2 * border));
    }

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Count => inner.Count;

    /// <inheritdoc/>
    public DataShape Shape { get; }

    /// <inheritdoc/>
    public DataRange Range => inner.Range;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels => inner.Labels;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        var small = new float[rows.Length * inner.Shape.Size];
        inner.Read(rows, small);
        destination.Fill(value);
        var (height, width) = (inner.Shape.Height, inner.Shape.Width);
        for (var line = 0; line < small.Length / width; line++)
        {
            // Line y of picture-and-channel p.
            var (p, y) = (line / height, line % height);
            small.AsSpan(line * width, width).CopyTo(destination[((((p * Shape.Height) + y + border) * Shape.Width) + border)..]);
        }
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var present = inner.AtEpoch(epoch);
        return ReferenceEquals(present, inner) ? this : new Padded(present, border);
    }
}
