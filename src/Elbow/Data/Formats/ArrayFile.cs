using System.IO.Compression;

namespace Elbow.Data.Formats;

/// <summary>Opens idx and npy files: mapped when they are plain, in memory when they are compressed or in Fortran order.</summary>
internal static class ArrayFile
{
    // Deflate cannot do better than 1032 to 1, so a header that promises more than that is lying: refused before memory is taken.
    private const long MostDeflateGain = 1032;

    /// <summary>The rows of the file.</summary>
    /// <param name="path">The file, gzipped or not (told by its first bytes).</param>
    /// <param name="readHeader">Reads the header from the start of the unpacked file.</param>
    /// <param name="range">Which values occur; null: found by looking.</param>
    /// <param name="labels">Classes and factors, or empty.</param>
    /// <param name="progress">Told how far a long load is.</param>
    public static IDataset Open(
        string path, Func<Stream, string, ArrayHeader> readHeader, DataRange? range, IReadOnlyList<LabelColumn> labels,
        IProgress<DataProgress>? progress) => BadData.Guard(path, () =>
    {
        using var file = File.OpenRead(path);
        var packed = IsGzip(file);
        using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : new BufferedStream(file);
        var header = readHeader(stream, path).Checked(path);
        CheckLabels(path, header.Dims[0], labels);
        if (packed)
        {
            if (header.DataBytes / MostDeflateGain > file.Length)
            {
                throw BadData.Damaged(path, $"promises {header.DimsText} numbers but holds {file.Length} bytes");
            }

            return Load(stream, path, header, range, labels, progress);
        }

        CheckLength(path, header, file.Length);
        if (header.Fortran)
        {
            return Load(stream, path, header, range, labels, progress);
        }

        var shape = header.RowShape(path);
        var layout = new RowLayout(header.Offset, shape.Size * header.Format.Bytes, header.Dims[0], shape, header.Format);
        return new MemoryMappedDataset(path, layout, range, progress, labels);
    });

    /// <summary>One whole number per row.</summary>
    public static LabelColumn Labels(string path, Func<Stream, string, ArrayHeader> readHeader)
    {
        var data = Open(path, readHeader, null, [], null);
        using var mapped = data as IDisposable;
        return LabelColumn.FromData("class", data, path);
    }

    /// <summary>The numbers after the header, in memory; the stream must end where the header says.</summary>
    public static IDataset Load(
        Stream stream, string path, ArrayHeader header, DataRange? range, IReadOnlyList<LabelColumn> labels,
        IProgress<DataProgress>? progress)
    {
        var shape = header.RowShape(path);
        var bytes = ReadAll(stream, path, header, progress);
        var name = Path.GetFileName(path);
        if (header.Format.IsByte && !header.Fortran)
        {
            return new ArrayDataset(name, shape, bytes, range, labels);
        }

        var values = new float[header.Elements];
        header.Format.ToFloats(bytes, values);
        return new ArrayDataset(name, shape, header.Fortran ? RowMajor(values, header.Dims) : values, range, labels);
    }

    /// <summary>All bytes that the header promises, none more.</summary>
    public static byte[] ReadAll(Stream stream, string path, ArrayHeader header, IProgress<DataProgress>? progress = null)
    {
        if (header.DataBytes > Array.MaxLength || header.Elements > Array.MaxLength)
        {
            throw BadData.In(path, $"{header.DimsText} numbers do not fit one block of memory",
                "unpack it, or save it in C order: plain files are mapped and may be larger than memory");
        }

        var bytes = new byte[header.DataBytes];
        for (var done = 0; done < bytes.Length;)
        {
            var read = stream.Read(bytes, done, Math.Min(bytes.Length - done, 1 << 22));
            if (read == 0)
            {
                throw BadData.Damaged(path, $"ends after {done} of the {bytes.Length} bytes that its header promises ({header.DimsText})");
            }

            done += read;
            progress?.Report(new DataProgress($"reading {Path.GetFileName(path)}", done, bytes.Length));
        }

        return stream.ReadByte() < 0
            ? bytes
            : throw BadData.Damaged(path, $"goes on after the {bytes.Length} bytes that its header promises ({header.DimsText})");
    }

    /// <summary>Whether the file starts as gzip does; the position is put back to the start.</summary>
    public static bool IsGzip(FileStream file)
    {
        var packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return packed;
    }

    /// <summary>Refuses a plain file that is not as long as its header says.</summary>
    public static void CheckLength(string path, ArrayHeader header, long length)
    {
        var wanted = header.Offset + header.DataBytes;
        if (length != wanted)
        {
            throw BadData.Damaged(path,
                $"has {length} bytes, but its header promises {wanted} ({header.DimsText} numbers of {header.Format.Bytes} bytes)");
        }
    }

    private static void CheckLabels(string path, int count, IReadOnlyList<LabelColumn> labels)
    {
        foreach (var column in labels.Where(column => column.Codes.Length != count))
        {
            throw BadData.In(path, $"has {count} rows, but its labels ({column.Name}) have {column.Codes.Length}",
                "use the label file that belongs to this data");
        }
    }

    /// <summary>Numbers in Fortran order, in C order.</summary>
    public static T[] RowMajor<T>(T[] values, IReadOnlyList<int> dims)
    {
        var result = new T[values.Length];
        var index = new int[dims.Count];
        for (var source = 0; source < values.Length; source++)
        {
            var target = 0;
            for (var axis = 0; axis < dims.Count; axis++)
            {
                target = (target * dims[axis]) + index[axis];
            }

            result[target] = values[source];
            for (var axis = 0; axis < dims.Count && ++index[axis] == dims[axis]; axis++)
            {
                index[axis] = 0;
            }
        }

        return result;
    }
}
