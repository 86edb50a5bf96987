using System.IO.Compression;
using Elbow.Data;

namespace Elbow.Tests.Data;

/// <summary>Test data in a word.</summary>
internal static class Some
{
    /// <summary>Rows whose value at (row, column) is row + column / 1000: every row can be recognised.</summary>
    public static ArrayDataset Rows(int count, int columns = 3)
    {
        var values = new float[count * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i / columns) + ((i % columns) / 1000f);
        }

        return new ArrayDataset("rows", DataShape.Vector(columns), values, DataRange.Real);
    }

    /// <summary>Rows of one probability everywhere.</summary>
    public static ArrayDataset Probabilities(float p, int rows = 50, int columns = 1000) =>
        new("p", DataShape.Vector(columns), Enumerable.Repeat(p, rows * columns).ToArray(), DataRange.Unit);

    /// <summary>All values, row by row.</summary>
    public static float[] All(IDataset data)
    {
        var values = new float[data.Count * data.Shape.Size];
        data.Read(Enumerable.Range(0, data.Count).ToArray(), values);
        return values;
    }

    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public static byte[] Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
