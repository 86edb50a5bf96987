using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>A table of numbers from an npy file in double precision, for what is measured and not trained on.</summary>
/// <param name="Values">Row by row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Numbers in each row; 1 for an array of one axis.</param>
public sealed record NumberMatrix(double[] Values, int Rows, int Columns)
{
    /// <summary>Reads an npy file as <see cref="NumberArray"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">Missing, damaged or empty; not plain numbers; more than two axes.</exception>
    public static NumberMatrix Open(string path)
    {
        var array = NumberArray.Read(path);
        if (array.Dims.Count > 2) throw BadData.In(path, $"has {array.Dims.Count} axes ({string.Join(" x ", array.Dims)}), a table has two", "reshape it to rows x numbers: numpy.save(path, x.reshape(len(x), -1))");
        return new NumberMatrix(array.Values, array.Dims[0], array.Dims.Count == 2 ? array.Dims[1] : 1);
    }

    /// <summary>One column.</summary>
    public double[] Column(int j) => [.. Enumerable.Range(0, Rows).Select(n => Values[(n * Columns) + j])];
}
