using System.Text.Json;
using Elbow.Experiments.Storage;
using Microsoft.Win32.SafeHandles;

namespace Elbow.Experiments;

/// <summary>
/// Appends events to <c>events.jsonl</c>, one JSON object per line, one write per line. One writer at a time: hold the
/// <see cref="RunLock"/>. Readers need no lock (<see cref="EventLogReader"/>).
/// </summary>
/// <remarks>
/// A checkpoint records <see cref="Flush"/>; resuming from it calls <see cref="TruncateTo"/>, because the steps after it are going to
/// happen again, identically.
/// </remarks>
public sealed class EventLog : IDisposable
{
    private const int Chunk = 1 << 16;

    private readonly string path;
    private readonly Disk disk;
    private readonly SafeFileHandle file;

    private EventLog(string path, Disk disk, SafeFileHandle file)
    {
        this.path = path;
        this.disk = disk;
        this.file = file;
    }

    /// <summary>Bytes in the log; always ends with a whole line.</summary>
    public long Length { get; private set; }

    /// <summary>Opens the log for appending, creates it when missing, cuts away the last line when a crash tore it.</summary>
    /// <exception cref="UserException">The file must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public static EventLog Open(string path) => Open(path, Disk.Real);

    internal static EventLog Open(string path, Disk disk)
    {
        path = Path.GetFullPath(path);
        try
        {
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            var log = new EventLog(path, disk, file) { Length = EndOfLastLine(file) };
            RandomAccess.SetLength(file, log.Length);
            disk.SyncFolder(Path.GetDirectoryName(path)!);
            return log;
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, path);
        }
    }

    /// <summary>Appends one event. Once it returns the event survives a kill; after <see cref="Flush"/> also a power cut.</summary>
    /// <exception cref="RunFailedException">The disk is full or broken; the log holds what it held before.</exception>
    public void Append(RunEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(e, ElbowJson.Line), (byte)'\n'];
        Try(() =>
        {
            disk.WriteAt(file, line, Length, path);
            Length += line.Length;
        });
    }

    /// <summary>Makes everything appended so far survive a power cut.</summary>
    /// <returns>The length in bytes that is safe now: what a checkpoint records.</returns>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public long Flush()
    {
        Try(() => RandomAccess.FlushToDisk(file));
        return Length;
    }

    /// <summary>Drops everything after <paramref name="length"/> bytes, a value that <see cref="Flush"/> returned earlier.</summary>
    /// <exception cref="UserException">The log was edited: it is shorter, or no line ends there.</exception>
    /// <exception cref="RunFailedException">The disk is broken.</exception>
    public void TruncateTo(long length)
    {
        if (!IsEndOfLine(length))
        {
            throw new UserException(
                $"{path} does not fit the checkpoint: no line ends at byte {length} of {Length}, so the file was changed since",
                "restore the file, or resume from another checkpoint");
        }

        Try(() =>
        {
            RandomAccess.SetLength(file, length);
            Length = length;
            RandomAccess.FlushToDisk(file);
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            // No half line stays: the next append begins at Length, and readers skip a torn end anyway.
            throw DiskError.WhileWriting(e, path);
        }
    }

    private bool IsEndOfLine(long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length == 0
            || (length > 0 && length <= Length && RandomAccess.Read(file, last, length - 1) == 1 && last[0] == '\n');
    }

    private static long EndOfLastLine(SafeFileHandle file)
    {
        var buffer = new byte[Chunk];
        for (var end = RandomAccess.GetLength(file); end > 0; end -= Chunk)
        {
            var start = Math.Max(0, end - Chunk);
            var count = RandomAccess.Read(file, buffer.AsSpan(0, (int)(end - start)), start);
            var newline = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                return start + newline + 1;
            }
        }

        return 0;
    }
}
