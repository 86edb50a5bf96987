using System.IO.Compression;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>Opens data at a path by kind, and tells the kind by looking.</summary>
internal static class DataFiles
{
    /// <summary>The kinds that need a path.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["idx", "npy", "csv", "images", "cifar", "dsprites"];

    /// <summary>Opens one of <see cref="Kinds"/>.</summary>
    public static IDataset Open(DataConfig config, string path, IProgress<DataProgress>? progress) => config.Kind switch
    {
        "idx" => Idx.Open(path, config.LabelColumn ?? Idx.LabelsBeside(path), null, progress),
        "npy" when Start(path) is [(byte)'P', (byte)'K', ..] => Npz.Open(path, null, config.LabelColumn, null, progress),
        "npy" => Npy.Open(path, config.LabelColumn, null, progress),
        "csv" => Csv.Open(path, config.LabelColumn, progress),
        "images" when config is { Crop: not null, ImageSize: null } => throw new UserException(
            "data.crop cuts a square out that is then resized, and data.imageSize is null", "set data.imageSize too, or data.crop to null"),
        "dsprites" => DSprites.Open(path, progress),
        "images" => new ImageFolderDataset(path, config.ImageSize, config.Colour, config.Crop, progress),
        _ => CifarBinary.Open(path),
    };

    /// <summary>The kind of whatever is at the path: by its first bytes, unpacked if gzipped.</summary>
    /// <exception cref="UserException">Nothing there, or nothing that is known.</exception>
    public static string Guess(string path) => Directory.Exists(path) ? "images" : Start(path) switch
    {
        [] => throw BadData.In(path, "is empty", "check what was to write it"),
        [0x93, (byte)'N', (byte)'U', ..] or [(byte)'P', (byte)'K', 3, 4, ..] => "npy",
        _ when path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) => "cifar",
        [0, 0, >= 0x08 and <= 0x0E, >= 1 and <= 4, ..] => "idx",
        { Length: > 0 } text when text.All(b => b is >= 0x20 and < 0x7F or >= 0x80 or (byte)'\t' or (byte)'\r' or (byte)'\n') => "csv",
        _ => throw BadData.In(path, "is neither idx, npy, npz, CSV nor CIFAR binary", "convert it with numpy.save or to CSV"),
    };

    /// <summary>The checksum of a file, or of all files of an image folder.</summary>
    public static string Sha256(IDataset data, string path, DataHash hash, IProgress<DataProgress>? progress) =>
        data is ImageFolderDataset folder
        ? DataHash.Combine(folder.Files.Zip(hash.OfAll([.. folder.Files.Select(file => Path.Combine(path, file))], progress)))
        : hash.Of(path, progress);

    private static byte[] Start(string path) => BadData.Guard(path, () =>
    {
        using var file = File.OpenRead(path);
        using Stream stream = ArrayFile.IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var start = new byte[8];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    });
}
