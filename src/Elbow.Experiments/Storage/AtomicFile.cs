using System.Text;

namespace Elbow.Experiments.Storage;

/// <summary>
/// Writes whole files so that a reader, a kill or a power cut at any moment sees the old content or the new one, never a part.
/// </summary>
/// <remarks>
/// Writes the hidden sibling <c>.name.new</c>, flushes it to the disk, renames it over the file, flushes the folder. The sibling's name is
/// fixed, so a leftover of a kill is overwritten by the next write; two writers must exclude each other (<see cref="FileLock"/>).
/// A device or a pipe is written into: to rename a file over <c>/dev/null</c> would take it from everybody.
/// </remarks>
public static class AtomicFile
{
    /// <summary>Replaces the file with what <paramref name="write"/> puts into the stream.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content. If it throws, the file keeps its old content.</param>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    /// <exception cref="UserException">The folder is missing or must not be written.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, Disk.Real);

    /// <summary>Replaces the file with bytes.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Replaces the file with text in UTF-8, without byte order mark.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void WriteText(string path, string text) => WriteBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Creates the folder that a file is to lie in, when it is not there.</summary>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    /// <exception cref="UserException">It cannot be created there.</exception>
    public static void EnsureFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, folder);
        }
    }

    internal static void Write(string path, Action<Stream> write, Disk disk)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        var sibling = Path.Combine(folder, $".{Path.GetFileName(path)}.new");
        try
        {
            if (Disk.IsDeviceOrPipe(path))
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                write(stream);
                return;
            }
            disk.WriteFile(sibling, write);
            disk.MoveFile(sibling, path);
            disk.SyncFolder(folder);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            TryDelete(sibling);
            throw DiskError.WhileWriting(e, path);
        }
    }

    // Gives the space of a half-written file back; when even that fails the first error is the one worth reporting.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
        }
    }
}
