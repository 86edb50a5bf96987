namespace Elbow.Data;

/// <summary>Another dataset with other labels.</summary>
/// <param name="inner">Where the rows come from.</param>
/// <param name="labels">One code per row in each column.</param>
public sealed class Relabelled(IDataset inner, IReadOnlyList<LabelColumn> labels) : IDataset, IDisposable
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Count => inner.Count;

    /// <inheritdoc/>
    public DataShape Shape => inner.Shape;

    /// <inheritdoc/>
    public DataRange Range => inner.Range;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; } = labels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => inner.Columns;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination) => inner.Read(rows, destination);

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var at = inner.AtEpoch(epoch);
        return ReferenceEquals(at, inner) ? this : new Relabelled(at, Labels);
    }

    /// <summary>Disposes the inner dataset.</summary>
    public void Dispose() => (inner as IDisposable)?.Dispose();
}
