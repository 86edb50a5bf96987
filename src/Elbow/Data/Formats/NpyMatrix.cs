using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>A matrix or vector of real numbers from an npy file, in float64: for measurements, which data sets in float32 would round.</summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Rows">N.</param>
/// <param name="Columns">Numbers in a row; 1 for a vector.</param>
/// <param name="Axes">1 for a vector, 2 for a matrix.</param>
/// <param name="Values"><c>(N, columns)</c>, row by row, all finite.</param>
public sealed record NpyMatrix(string Path, int Rows, int Columns, int Axes, double[] Values)
{
    /// <summary>Reads float32 or float64 numbers, C or Fortran order, either byte order, gzipped or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axes">2 for a matrix, 1 for a vector; null for either.</param>
    /// <exception cref="UserException">Missing, damaged, empty, of another type or rank, or with a number that is not finite.</exception>
    public static NpyMatrix Read(string path, int? axes = null) => BadData.Guard(path, () =>
    {
        using var file = File.OpenRead(path);
        using Stream stream = ArrayFile.IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : new BufferedStream(file);
        var header = Npy.ReadHeader(stream, path);
        MustFit(header, path, axes);
        var (rows, columns) = (header.Dims[0], header.Dims.Count == 2 ? header.Dims[1] : 1);
        var values = ToDoubles(ArrayFile.ReadAll(stream, path, header.Checked(path)), header.Format);
        if (header.Fortran && columns > 1) values = RowMajor(values, rows, columns);
        MustBeFinite(values, columns, path);
        return new NpyMatrix(path, rows, columns, header.Dims.Count, values);
    });

    private static void MustFit(ArrayHeader header, string path, int? axes)
    {
        if (header.Format is { Kind: 'f', Bytes: 2 })
            throw BadData.In(path, "holds float16 numbers, whose 3 digits are too few for log-densities", "encode in float32 and save that: numpy.save(path, x.astype('float32'))");
        if (header.Format.Kind != 'f')
            throw BadData.In(path, "holds whole numbers or truth values, float32 or float64 is wanted", "numpy.save(path, x.astype('float32'))");
        if (header.Dims.Count != (axes ?? header.Dims.Count) || header.Dims.Count > 2)
        {
            var (wanted, mend) = axes == 1 ? ("one number per row", "x.reshape(-1)") : ("rows x latents", header.Dims.Count == 1 ? "x.reshape(-1, 1) for one latent" : "x.reshape(len(x), -1)");
            throw BadData.In(path, $"has {header.Dims.Count} axes ({header.DimsText}), {wanted} is wanted", $"reshape it: {mend}");
        }
        if (header.Dims.Contains(0)) throw BadData.In(path, $"is empty: its axes are {header.DimsText}", "save the codes of at least 2 examples");
    }

    private static double[] ToDoubles(byte[] bytes, NumberFormat format)
    {
        var values = new double[bytes.Length / format.Bytes];
        if (format.Bytes == 8)
        {
            MemoryMarshal.Cast<byte, double>(bytes).CopyTo(values);
            if (format.BigEndian)
                for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleBigEndian(bytes.AsSpan(8 * i));
            return values;
        }
        for (var i = 0; i < values.Length; i++)
            values[i] = format.BigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(4 * i)) : BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i));
        return values;
    }

    private static double[] RowMajor(double[] values, int rows, int columns)
    {
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++) result[i % rows * columns + i / rows] = values[i];
        return result;
    }

    private static void MustBeFinite(double[] values, int columns, string path)
    {
        var at = Array.FindIndex(values, value => !double.IsFinite(value));
        if (at >= 0) throw BadData.In(path, $"row {at / columns}, column {at % columns} is {values[at]}", "find out where the encoder fails, and leave such rows out of all the arrays");
    }
}
