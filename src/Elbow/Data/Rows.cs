using System.Diagnostics.CodeAnalysis;

namespace Elbow.Data;

/// <summary>The two checks every <see cref="IDataset.Read"/> makes before it touches memory, and a contiguous read.</summary>
internal static class Rows
{
    /// <summary>The part of the destination that is to be filled.</summary>
    public static Span<float> Checked(IDataset data, ReadOnlySpan<int> rows, Span<float> destination)
    {
        var wanted = (long)rows.Length * data.Shape.Size;
        if (destination.Length < wanted)
        {
            throw new ArgumentException(
                $"destination: {rows.Length} rows of {data.Name} need {wanted} numbers, got room for {destination.Length}",
                nameof(destination));
        }

        foreach (var row in rows)
        {
            if ((uint)row >= (uint)data.Count)
            {
                ThrowOutside(data, row);
            }
        }

        return destination[..(int)wanted];
    }

    /// <summary>Walks through all rows in blocks of about 64k numbers; the buffer is reused.</summary>
    /// <param name="data">What to walk through.</param>
    /// <param name="visit">Called with the first row number of the block and the numbers of its rows.</param>
    public static void ForEachBlock(IDataset data, Action<int, ReadOnlySpan<float>> visit)
    {
        var blockRows = Math.Clamp(65536 / data.Shape.Size, 1, data.Count);
        var rows = new int[blockRows];
        var values = new float[blockRows * data.Shape.Size];
        for (var first = 0; first < data.Count; first += blockRows)
        {
            var count = Math.Min(blockRows, data.Count - first);
            for (var i = 0; i < count; i++)
            {
                rows[i] = first + i;
            }

            data.Read(rows.AsSpan(0, count), values);
            visit(first, values.AsSpan(0, count * data.Shape.Size));
        }
    }

    [DoesNotReturn]
    private static void ThrowOutside(IDataset data, int row) =>
        throw new ArgumentOutOfRangeException(nameof(row), row, $"{data.Name} has rows 0..{data.Count - 1}");
}
