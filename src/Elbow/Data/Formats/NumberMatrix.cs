using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>A table of numbers from an npy file in double precision, for what is measured and not trained on.</summary>
/// <param name="Values">Row by row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Numbers in each row; 1 for an array of one axis.</param>
public sealed record NumberMatrix(double[] Values, int Rows, int Columns)
{
    /// <summary>Reads an npy file: any plain type, C or Fortran order, either byte order, gzipped or not.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">Missing, damaged or empty; not plain numbers; more than two axes.</exception>
    public static NumberMatrix Open(string path) => BadData.Guard(path, () =>
    {
        using var file = File.OpenRead(path);
        using Stream stream = ArrayFile.IsGzip(file) ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress) : new BufferedStream(file);
        var header = Npy.ReadHeader(stream, path).Checked(path);
        if (header.Dims.Count > 2) throw BadData.In(path, $"has {header.Dims.Count} axes ({header.DimsText}), a table has two", "reshape it to rows x numbers: numpy.save(path, x.reshape(len(x), -1))");
        var values = header.Format.ToDoubles(ArrayFile.ReadAll(stream, path, header));
        var (rows, columns) = (header.Dims[0], header.Dims.Count == 2 ? header.Dims[1] : 1);
        return new NumberMatrix(header.Fortran && columns > 1 ? Transposed(values, rows, columns) : values, rows, columns);
    });

    /// <summary>One column.</summary>
    public double[] Column(int j) => [.. Enumerable.Range(0, Rows).Select(n => Values[(n * Columns) + j])];

    private static double[] Transposed(double[] values, int rows, int columns)
    {
        var result = new double[values.Length];
        for (var n = 0; n < rows; n++)
        {
            for (var j = 0; j < columns; j++) result[(n * columns) + j] = values[(j * rows) + n];
        }

        return result;
    }
}
