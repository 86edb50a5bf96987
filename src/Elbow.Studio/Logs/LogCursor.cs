using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Elbow.Studio.Logs;

/// <summary>
/// Reads a log that grows, each byte once: remembers where the last whole line ended and goes on from there. A half line at the end is left
/// for the next time. A log that was cut or replaced is read anew.
/// </summary>
/// <remarks>
/// Replaced is seen by the last bytes before the offset, which hold a timestamp: a resumed run cuts its log and writes other lines, and
/// may be longer again when we look. Memory is bounded by <paramref name="longestLine"/>, whatever the file holds.
/// </remarks>
/// <param name="path">The log; it need not exist yet.</param>
/// <param name="longestLine">Bytes; a longer line is passed over.</param>
internal sealed class LogCursor(string path, int longestLine = LogCursor.LongestLine)
{
    private const int LongestLine = 1 << 24;
    private const int Chunk = 1 << 18;
    private const int MarkLength = 128;

    private byte[] mark = [];
    private bool insideLongLine;

    /// <summary>Byte from which the next read goes on.</summary>
    internal long Offset { get; private set; }

    /// <summary>Bytes read from the disk so far, over all reads.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <returns>Whether there was anything new.</returns>
    /// <exception cref="IOException">The file cannot be read; a missing file is an empty log.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    internal bool Read(ILogLines reader)
    {
        using var file = Open();
        var length = file is null ? 0 : RandomAccess.GetLength(file);
        var changed = false;
        if (Offset > 0 && (length < Offset || !IsMarkThere(file!)))
        {
            reader.Reset();
            (Offset, mark, insideLongLine, changed) = (0, [], false, true);
        }
        return file is not null && length > Offset && ReadLines(file, length, reader) || changed;
    }

    // A folder, a device or a pipe of that name has no length and is never opened: a pipe would block.
    private SafeFileHandle? Open() => new FileInfo(path) is { Exists: true, Length: > 0 }
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        : null;

    private bool ReadLines(SafeFileHandle file, long length, ILogLines reader)
    {
        var start = Offset;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Chunk, length - Offset));
        try
        {
            var held = 0;
            while (Offset + held < length)
            {
                if (held == buffer.Length) buffer = Grow(buffer, reader, ref held);
                var count = RandomAccess.Read(file, buffer.AsSpan(held, (int)Math.Min(buffer.Length - held, length - Offset - held)), Offset + held);
                if (count == 0) break;
                BytesRead += count;
                held = Deliver(buffer.AsSpan(0, held + count), buffer, reader);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (Offset > start) mark = ReadMark(file);
        return Offset > start;
    }

    // Hands whole lines on, moves the rest to the front, returns its length.
    private int Deliver(Span<byte> bytes, byte[] buffer, ILogLines reader)
    {
        if (insideLongLine)
        {
            var end = bytes.IndexOf((byte)'\n') + 1;
            insideLongLine = end == 0;
            var passed = insideLongLine ? bytes.Length : end;
            Offset += passed;
            bytes = bytes[passed..];
        }
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        if (whole > 0)
        {
            reader.Take(bytes[..whole], Offset);
            Offset += whole;
        }
        bytes[whole..].CopyTo(buffer);
        return bytes.Length - whole;
    }

    private byte[] Grow(byte[] buffer, ILogLines reader, ref int held)
    {
        if (buffer.Length >= longestLine)
        {
            reader.TookTooLong();
            insideLongLine = true;
            Offset += held;
            held = 0;
            return buffer;
        }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(2 * buffer.Length, longestLine));
        buffer.AsSpan(0, held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private bool IsMarkThere(SafeFileHandle file) => ReadMark(file).AsSpan().SequenceEqual(mark);

    private byte[] ReadMark(SafeFileHandle file)
    {
        var bytes = new byte[Math.Min(MarkLength, Offset)];
        var count = RandomAccess.Read(file, bytes, Offset - bytes.Length);
        return bytes[..count];
    }
}
