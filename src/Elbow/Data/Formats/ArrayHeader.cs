namespace Elbow.Data.Formats;

/// <summary>What the header of an array file promises.</summary>
/// <param name="Offset">First byte of the numbers.</param>
/// <param name="Dims">Sizes of the axes, the first counts the rows; all at least 1.</param>
/// <param name="Format">How one number is stored.</param>
/// <param name="Fortran">The first axis varies fastest.</param>
internal sealed record ArrayHeader(long Offset, IReadOnlyList<int> Dims, NumberFormat Format, bool Fortran = false)
{
    /// <summary>Numbers in all.</summary>
    public long Elements => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Bytes that follow the header.</summary>
    public long DataBytes => checked(Elements * Format.Bytes);

    /// <summary>The axes as text: <c>60000 x 28 x 28</c>.</summary>
    public string DimsText => string.Join(" x ", Dims);

    /// <summary>The shape of one row: [N] and [N,D] are vectors, [N,H,W] grey pictures, [N,C,H,W] pictures with channels.</summary>
    public DataShape RowShape(string path)
    {
        if (Dims.Count == 4 && Dims[3] is 1 or 3 && Dims[1] is not (1 or 3))
        {
            throw BadData.In(path, $"axes {DimsText} look like rows x height x width x channels",
                "save it with the channels before height and width: x.transpose(0, 3, 1, 2)");
        }

        return Dims.Count switch
        {
            1 => DataShape.Vector(1),
            2 => DataShape.Vector(Dims[1]),
            3 => new DataShape(1, Dims[1], Dims[2]),
            4 => new DataShape(Dims[1], Dims[2], Dims[3]),
            _ => throw BadData.In(path, $"has {Dims.Count} axes ({DimsText})",
                "reshape to rows x numbers, rows x height x width or rows x channels x height x width"),
        };
    }

    /// <summary>A header with sane sizes, or a message that names the file.</summary>
    public ArrayHeader Checked(string path)
    {
        if (Dims.Any(dim => dim < 1))
        {
            throw BadData.In(path, $"is empty or damaged: its axes are {DimsText}", "data needs at least one row and one number per row");
        }

        var bytes = Dims.Aggregate((double)Format.Bytes, (product, dim) => product * dim);
        if (bytes >= long.MaxValue || bytes / Dims[0] > int.MaxValue)
        {
            throw BadData.Damaged(path, $"promises {DimsText} numbers, which no file holds");
        }

        return this;
    }
}
