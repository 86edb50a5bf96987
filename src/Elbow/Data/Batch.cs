namespace Elbow.Data;

/// <summary>Some rows of data, copied. The arrays are used again for a later batch once the loop has moved on.</summary>
/// <param name="capacity">Rows that fit.</param>
/// <param name="shape">The shape of one row.</param>
public sealed class Batch(int capacity, DataShape shape)
{
    /// <summary>Number of the batch within its epoch, from 0.</summary>
    public int Index { get; internal set; }

    /// <summary>B: rows in this batch.</summary>
    public int Count { get; internal set; }

    /// <summary>The shape of one row.</summary>
    public DataShape Shape { get; } = shape;

    /// <summary>Row after row; only the first <c>Count * Shape.Size</c> numbers belong to this batch.</summary>
    public float[] Values { get; } = new float[checked(capacity * shape.Size)];

    /// <summary>Row numbers in the dataset; only the first <see cref="Count"/> belong to this batch.</summary>
    public int[] Rows { get; } = new int[capacity];
}
