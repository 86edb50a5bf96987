using System.IO.Compression;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>A whole npy or npz array in memory, in 64-bit numbers: for what is computed with, where <see cref="Npy.Open"/> is for what is trained on.</summary>
/// <param name="Values">The numbers in C order.</param>
/// <param name="Dims">Sizes of the axes; the first counts the rows.</param>
/// <param name="Bytes">Whether they are stored as bytes, as pictures usually are.</param>
public sealed record NumberArray(double[] Values, IReadOnlyList<int> Dims, bool Bytes)
{
    /// <summary>Reads an array: any element type and order that <see cref="Npy"/> knows; of an npz file the only array, or the one of a usual name.</summary>
    /// <exception cref="UserException">Missing, damaged, empty, or of an unknown or unsafe type.</exception>
    public static NumberArray Read(string path, IProgress<DataProgress>? progress = null) => Read(path, progress, _ => { });

    /// <summary>The same with a look at the header before the numbers are read.</summary>
    internal static NumberArray Read(string path, IProgress<DataProgress>? progress, Action<ArrayHeader> check) => BadData.Guard(path, () =>
    {
        using var file = File.OpenRead(path);
        if (IsZip(file))
        {
            using var archive = new ZipArchive(file);
            var name = Npz.Usual(archive, path);
            using var entry = archive.GetEntry(name + ".npy")!.Open();
            return Read(entry, $"{path}[{name}]", progress, check);
        }
        var packed = ArrayFile.IsGzip(file);
        using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : new BufferedStream(file);
        return Read(stream, path, progress, check, packed ? null : file.Length);
    });

    private static NumberArray Read(Stream stream, string path, IProgress<DataProgress>? progress, Action<ArrayHeader> check, long? length = null)
    {
        var header = Npy.ReadHeader(stream, path);
        check(header);
        header.Checked(path);
        if (length is { } known) ArrayFile.CheckLength(path, header, known);
        var bytes = ArrayFile.ReadAll(stream, path, header, progress);
        var values = new double[header.Elements];
        header.Format.ToDoubles(bytes, values);
        return new NumberArray(header.Fortran ? ArrayFile.RowMajor(values, header.Dims) : values, header.Dims, header.Format.IsByte);
    }

    private static bool IsZip(FileStream file)
    {
        var zip = file.ReadByte() == 'P' && file.ReadByte() == 'K';
        file.Position = 0;
        return zip;
    }
}
