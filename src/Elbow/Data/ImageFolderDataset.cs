using Elbow.Data.Formats;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Data;

/// <summary>PNG, JPEG and BMP files under a folder, decoded when they are read; pixels are bytes, yielded as 0..255.</summary>
/// <remarks>
/// Rows are the files in ordinal order of their relative paths. When files lie in sub-folders, the first folder name is the class.
/// A file is cropped to its central square and resized when an image size is given; otherwise all files must have one size.
/// </remarks>
public sealed class ImageFolderDataset : IDataset
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp"];

    private readonly string folder;
    private readonly string[] files;
    private readonly bool square;
    private readonly int? crop;

    /// <summary>Lists the files, decodes the first and reads the headers of all.</summary>
    /// <param name="folder">Searched with all its sub-folders.</param>
    /// <param name="imageSize">Side of the square images, or null: as stored.</param>
    /// <param name="colour">Whether rows have three channels; null: as the first file has.</param>
    /// <param name="crop">Side of the central square that is cut out first, or null: the largest; only with an image size.</param>
    /// <param name="progress">Told how many headers are read.</param>
    /// <exception cref="UserException">No such folder, no images in it, or a file that is no image, ends too early or is of a size that does not do; it is named.</exception>
    public ImageFolderDataset(string folder, int? imageSize = null, bool? colour = null, int? crop = null, IProgress<DataProgress>? progress = null)
    {
        this.crop = crop;
        (this.folder, Name, square) = (folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            imageSize is not null);
        if (!Directory.Exists(folder))
        {
            throw BadData.In(folder, "no such folder", "data.path names a folder of PNG, JPEG or BMP images");
        }

        files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw BadData.In(folder, "holds no .png, .jpg, .jpeg or .bmp file",
                "data.path names a folder of images; sub-folders are searched too");
        }

        var first = Decode(0, colour switch { true => 3, false => 1, null => 0 });
        Shape = new DataShape(first.Channels, imageSize ?? first.Height, imageSize ?? first.Width);
        Labels = files.All(file => file.Contains('/'))
            ? [LabelColumn.FromTexts("class", [.. files.Select(file => file[..file.IndexOf('/')])])]
            : [];
        CheckAll(progress);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Paths relative to the folder, row by row.</summary>
    public IReadOnlyList<string> Files => files;

    /// <inheritdoc/>
    public int Count => files.Length;

    /// <inheritdoc/>
    public DataShape Shape { get; }

    /// <inheritdoc/>
    public DataRange Range => DataRange.Levels(256);

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <inheritdoc/>
    /// <exception cref="UserException">A file is gone, damaged, or of another size; it is named.</exception>
    public unsafe void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        if (rows.Length < 2)
        {
            ReadOne(rows, destination);
            return;
        }

        var wanted = rows.ToArray();
        var size = Shape.Size;
        fixed (float* start = destination)
        {
            var address = (nint)start;
            try
            {
                Parallel.For(0, wanted.Length, i => ReadOne([wanted[i]], new Span<float>((float*)address + ((long)i * size), size)));
            }
            catch (AggregateException several) when (several.InnerExceptions.OfType<UserException>().FirstOrDefault() is { } first)
            {
                throw first;
            }
        }
    }

    private void ReadOne(ReadOnlySpan<int> row, Span<float> destination)
    {
        if (row.IsEmpty)
        {
            return;
        }

        var picture = Decode(row[0], Shape.Channels);
        if (square)
        {
            picture = CentralSquare(picture, crop, Path.Combine(folder, files[row[0]]));
            picture = picture.Width == Shape.Width ? picture : ImageCodec.Resize(picture, Shape.Width, Shape.Height);
        }
        else
        {
            MustFit(picture.Width, picture.Height, Path.Combine(folder, files[row[0]]));
        }

        // Interleaved bytes to planes.
        var plane = Shape.Height * Shape.Width;
        for (var channel = 0; channel < Shape.Channels; channel++)
        {
            for (var pixel = 0; pixel < plane; pixel++)
            {
                destination[(channel * plane) + pixel] = picture.Pixels[(pixel * Shape.Channels) + channel];
            }
        }
    }

    // A bad file is found now, not in the middle of an epoch.
    private void CheckAll(IProgress<DataProgress>? progress)
    {
        for (var n = 0; n < files.Length; n++)
        {
            var path = Path.Combine(folder, files[n]);
            var (width, height) = PictureHeader.Read(path);
            MustFit(width, height, path);
            if (n % 1024 == 0 || n == files.Length - 1) progress?.Report(new DataProgress($"looking at the pictures of {Name}", n + 1, files.Length));
        }
    }

    private void MustFit(int width, int height, string path)
    {
        if (square)
        {
            MustHold(crop ?? 1, width, height, path);
        }
        else if (width != Shape.Width || height != Shape.Height)
        {
            throw BadData.In(path, $"is {width} x {height} pixels, the first image is {Shape.Width} x {Shape.Height}",
                "set data.imageSize: all images are then cropped and resized");
        }
    }

    private static void MustHold(int side, int width, int height, string path)
    {
        if (side > Math.Min(width, height))
        {
            throw BadData.In(path, $"is {width} x {height} pixels, too small for a square of {side}", "set data.crop to a smaller number, or to null");
        }
    }

    private Picture Decode(int row, int channels)
    {
        var path = Path.Combine(folder, files[row]);
        return BadData.Guard(path, () =>
        {
            var bytes = File.ReadAllBytes(path);
            try
            {
                return ImageCodec.Decode(bytes, channels);
            }
            catch (InvalidDataException cause)
            {
                throw BadData.In(path, cause.Message, "remove or replace this file", cause);
            }
        });
    }

    private static Picture CentralSquare(Picture picture, int? crop, string path)
    {
        var side = crop ?? Math.Min(picture.Width, picture.Height);
        MustHold(side, picture.Width, picture.Height, path);
        if (picture.Width == side && picture.Height == side)
        {
            return picture;
        }

        var (left, top, line) = ((picture.Width - side) / 2, (picture.Height - side) / 2, side * picture.Channels);
        var pixels = new byte[side * line];
        for (var y = 0; y < side; y++)
        {
            picture.Pixels.AsSpan((((top + y) * picture.Width) + left) * picture.Channels, line).CopyTo(pixels.AsSpan(y * line));
        }

        return new Picture(pixels, side, side, picture.Channels);
    }
}
