namespace Elbow.Data;

/// <summary>Some rows of another dataset, in a given order.</summary>
public sealed class Subset : IDataset
{
    private readonly IDataset inner;
    private readonly int[] rows;

    /// <summary>The rows <paramref name="rows"/> of <paramref name="inner"/>.</summary>
    /// <param name="inner">Where the rows come from.</param>
    /// <param name="rows">Row numbers of <paramref name="inner"/>, at least one.</param>
    /// <param name="name">Name in messages; null: the inner name.</param>
    /// <exception cref="ArgumentException">No rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row number that <paramref name="inner"/> does not have.</exception>
    public Subset(IDataset inner, ReadOnlySpan<int> rows, string? name = null)
        : this(inner, rows.ToArray(), name ?? inner.Name, null)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentException("rows: a subset needs at least one row", nameof(rows));
        }

        foreach (var row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row, nameof(rows));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, inner.Count, nameof(rows));
        }

        Labels = [.. inner.Labels.Select(column => column.Pick(this.rows))];
    }

    private Subset(IDataset inner, int[] rows, string name, IReadOnlyList<LabelColumn>? labels) =>
        (this.inner, this.rows, Name, Labels) = (inner, rows, name, labels ?? []);

    /// <summary>Rows <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> − 1.</summary>
    public static Subset Slice(IDataset inner, int first, int count, string? name = null) =>
        new(inner, Enumerable.Range(first, count).ToArray(), name);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => rows.Length;

    /// <inheritdoc/>
    public DataShape Shape => inner.Shape;

    /// <inheritdoc/>
    public DataRange Range => inner.Range;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => inner.Columns;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        Rows.Checked(this, rows, destination);
        var mapped = new int[rows.Length];
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = this.rows[rows[i]];
        }

        inner.Read(mapped, destination);
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var inner = this.inner.AtEpoch(epoch);
        return ReferenceEquals(inner, this.inner) ? this : new Subset(inner, rows, Name, Labels);
    }
}
