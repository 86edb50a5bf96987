namespace Elbow.Data;

/// <summary>Examples by row number. Reading is a pure function of the row (and the epoch), and safe from many threads at once.</summary>
public interface IDataset
{
    /// <summary>What the data is called in messages and logs.</summary>
    string Name { get; }

    /// <summary>N: number of rows, at least 1.</summary>
    int Count { get; }

    /// <summary>The shape of one row.</summary>
    DataShape Shape { get; }

    /// <summary>Which values <see cref="Read"/> can yield.</summary>
    DataRange Range { get; }

    /// <summary>Classes and ground-truth factors; empty when none are known.</summary>
    IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>What the numbers of a row are called, such as a table's header says: one name for each, or none at all.</summary>
    IReadOnlyList<string> Columns => [];

    /// <summary>Copies rows, one after the other, into <paramref name="destination"/>.</summary>
    /// <param name="rows">Row numbers in 0..Count−1, in any order, repeats allowed.</param>
    /// <param name="destination">At least <c>rows.Length * Shape.Size</c> numbers; the rest is left as it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row number is outside 0..Count−1.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    void Read(ReadOnlySpan<int> rows, Span<float> destination);

    /// <summary>The data as it is in one epoch; most data is the same in every epoch, dynamic binarisation is not.</summary>
    /// <param name="epoch">0-based.</param>
    IDataset AtEpoch(int epoch) => this;
}
