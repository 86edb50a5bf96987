using System.IO.Compression;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The npz format of NumPy: a zip archive of npy arrays. One array is opened as data, another may hold the labels.</summary>
public static class Npz
{
    private static readonly string[] UsualNames = ["x", "data", "images", "imgs", "x_train", "arr_0"];

    /// <summary>Opens one array as data rows, in memory.</summary>
    /// <param name="path">An npz file, compressed or not.</param>
    /// <param name="array">Which array; null: the only one, or the first of x, data, images, imgs, x_train, arr_0 that is there.</param>
    /// <param name="labels">The array with one whole number per row, or null.</param>
    /// <param name="range">Which values occur; null: found by looking.</param>
    /// <param name="progress">Told how far a long load is.</param>
    /// <exception cref="UserException">Missing, damaged or empty; no such array; an array of objects.</exception>
    public static IDataset Open(
        string path, string? array = null, string? labels = null, DataRange? range = null, IProgress<DataProgress>? progress = null) =>
        BadData.Guard(path, () =>
        {
            using var archive = ZipFile.OpenRead(path);
            var chosen = array ?? Usual(archive, path, labels);
            var columns = labels is null ? [] : new[] { LabelColumn.FromData(labels, Read(archive, path, labels, null, [], null), path) };
            return Read(archive, path, chosen, range, columns, progress);
        });

    /// <summary>The array that is meant when none is named: the only one, or the first of the usual names that is there.</summary>
    /// <exception cref="UserException">Several arrays, none of a usual name.</exception>
    internal static string Usual(ZipArchive archive, string path, string? labels = null)
    {
        var names = Names(archive);
        var chosen = names.Where(name => name != labels).ToArray() switch
        {
            [var only] => only,
            var several => UsualNames.FirstOrDefault(several.Contains),
        };
        if (names.Length == 0) throw BadData.In(path, "holds no array", "name an archive of numpy.savez");
        return chosen ?? throw BadData.In(path, $"holds several arrays: {string.Join(", ", names)}", "save the wanted one alone with numpy.save, or call it x");
    }

    internal static string[] Names(ZipArchive archive) =>
        [.. archive.Entries
            .Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal))
            .Select(entry => entry.FullName[..^4])];

    internal static IDataset Read(
        ZipArchive archive, string path, string name, DataRange? range, LabelColumn[] labels, IProgress<DataProgress>? progress)
    {
        var entry = archive.GetEntry(name + ".npy")
            ?? throw BadData.In(path, $"holds no array {name}", $"it holds: {string.Join(", ", Names(archive))}");
        var inside = $"{path}[{name}]";
        using var stream = entry.Open();
        var header = Header(archive, stream, path, name);
        if (labels.Any(column => column.Codes.Length != header.Dims[0]))
        {
            throw BadData.In(path, $"{name} has {header.Dims[0]} rows, {labels[0].Name} has {labels[0].Codes.Length}",
                "name a labels array with one number per row");
        }

        return ArrayFile.Load(stream, inside, header, range, labels, progress);
    }

    /// <summary>The header at the start of an opened array, checked against the length of its entry.</summary>
    internal static ArrayHeader Header(ZipArchive archive, Stream stream, string path, string name)
    {
        var (inside, length) = ($"{path}[{name}]", archive.GetEntry(name + ".npy")!.Length);
        var header = Npy.ReadHeader(stream, inside).Checked(inside);
        return header.Offset + header.DataBytes == length ? header : throw BadData.Damaged(inside,
            $"has {length} bytes, but its header promises {header.Offset + header.DataBytes} ({header.DimsText} numbers)");
    }
}
