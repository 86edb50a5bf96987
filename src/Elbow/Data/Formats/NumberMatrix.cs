using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>A table of numbers from an npy file in double precision, for what is measured and not trained on.</summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Values">Row by row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Numbers in each row; 1 for an array of one axis.</param>
public sealed record NumberMatrix(string Path, double[] Values, int Rows, int Columns)
{
    /// <summary>Reads a table of any plain type, as <see cref="NumberArray"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">Missing, damaged or empty; not plain numbers; more than two axes.</exception>
    public static NumberMatrix Open(string path) => Read(path, header =>
    {
        if (header.Dims.Count > 2) throw BadData.In(path, $"has {header.Dims.Count} axes ({header.DimsText}), a table has two", "reshape it to rows x numbers: numpy.save(path, x.reshape(len(x), -1))");
    });

    /// <summary>Reads what log-densities are made of: float32 or float64 numbers, all finite.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axes">2 for a matrix, 1 for a vector, 3 for one square matrix for each row.</param>
    /// <exception cref="UserException">Missing, damaged, empty, of another type or rank, or with a number that is not finite.</exception>
    public static NumberMatrix OpenReal(string path, int axes)
    {
        var matrix = Read(path, header => MustBeReal(header, path, axes));
        var at = Array.FindIndex(matrix.Values, value => !double.IsFinite(value));
        return at < 0 ? matrix : throw BadData.In(path, $"{matrix.Place(at)} is {matrix.Values[at]}", "find out where the encoder fails, and leave such rows out of all the arrays");
    }

    /// <summary>Side of the square matrix of each row, read from three axes; 0 of other arrays.</summary>
    public int Side { get; private init; }

    /// <summary>Where the number at a position of <see cref="Values"/> stands, for messages.</summary>
    public string Place(int at) => Side == 0 ? $"row {at / Columns}, column {at % Columns}" : $"row {at / Columns}, entry ({at % Columns / Side}, {at % Side})";

    /// <summary>One column.</summary>
    public double[] Column(int j) => [.. Enumerable.Range(0, Rows).Select(n => Values[(n * Columns) + j])];

    private static NumberMatrix Read(string path, Action<ArrayHeader> check)
    {
        var array = NumberArray.Read(path, null, check);
        var columns = array.Dims.Skip(1).Aggregate(1, (product, length) => checked(product * length));
        return new NumberMatrix(path, array.Values, array.Dims[0], columns) { Side = array.Dims.Count == 3 ? array.Dims[2] : 0 };
    }

    private static void MustBeReal(ArrayHeader header, string path, int axes)
    {
        if (header.Format is { Kind: 'f', Bytes: 2 })
            throw BadData.In(path, "holds float16 numbers, whose 3 digits are too few for log-densities", "encode in float32 and save that: numpy.save(path, x.astype('float32'))");
        if (header.Format.Kind != 'f')
            throw BadData.In(path, "holds whole numbers or truth values, float32 or float64 is wanted", "numpy.save(path, x.astype('float32'))");
        if (axes == 3 && (header.Dims.Count != 3 || header.Dims[1] != header.Dims[2]))
            throw BadData.In(path, $"has the axes {header.DimsText}, rows x latents x latents is wanted", "save one lower triangular factor for each row: numpy.linalg.cholesky(cov)");
        if (header.Dims.Count != axes)
        {
            var (wanted, mend) = axes == 1 ? ("one number per row", "x.reshape(-1)") : ("rows x latents", header.Dims.Count == 1 ? "x.reshape(-1, 1) for one latent" : "x.reshape(len(x), -1)");
            throw BadData.In(path, $"has {header.Dims.Count} axes ({header.DimsText}), {wanted} is wanted", $"reshape it: {mend}");
        }
        if (header.Dims.Contains(0)) throw BadData.In(path, $"is empty: its axes are {header.DimsText}", "save the codes of at least 2 examples");
    }
}
