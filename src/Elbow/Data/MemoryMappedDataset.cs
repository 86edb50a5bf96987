using System.IO.MemoryMappedFiles;
using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>Rows of an uncompressed file, read through the page cache: the data may be larger than memory.</summary>
public sealed class MemoryMappedDataset : IDataset, IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly RowLayout layout;

    /// <summary>Maps a file whose length has been checked against the layout.</summary>
    internal unsafe MemoryMappedDataset(
        string path, RowLayout layout, DataRange? range, IProgress<DataProgress>? progress, params IReadOnlyList<LabelColumn> labels)
    {
        (Name, this.layout, Labels) = (Path.GetFileName(path), layout, labels);
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Range = DataRange.Real;
        try
        {
            Range = range ?? DataScan.RangeOf(this, progress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => layout.Count;

    /// <inheritdoc/>
    public DataShape Shape => layout.Shape;

    /// <inheritdoc/>
    public DataRange Range { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <inheritdoc/>
    public unsafe void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        var (size, bytes) = (Shape.Size, Shape.Size * layout.Format.Bytes);
        byte* start = null;
        // Acquiring fails after Dispose, and holds off a concurrent one, so a late reader gets an exception and not a segmentation fault.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var row = new ReadOnlySpan<byte>(start + layout.Offset + (rows[i] * (long)layout.Stride), bytes);
                layout.Format.ToFloats(row, destination.Slice(i * size, size));
            }
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>Unmaps the file; reading afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
