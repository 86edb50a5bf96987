using System.Text.Json;
using Elbow.Experiments.Storage;
using Microsoft.Win32.SafeHandles;

namespace Elbow.Experiments;

/// <summary>The events found in one piece of a log.</summary>
/// <param name="Events">In the order they happened.</param>
/// <param name="NextOffset">Byte to go on from; equal to the offset asked for when nothing whole was there yet.</param>
/// <param name="Skipped">Whole lines that are no event this version knows.</param>
/// <param name="Restarted">The log was cut below the offset asked for (a resume), so these events start from the beginning again.</param>
public sealed record EventBatch(IReadOnlyList<RunEvent> Events, long NextOffset, int Skipped, bool Restarted);

/// <summary>
/// Reads <c>events.jsonl</c>, also while a run is writing it. Malformed lines are counted and skipped, a torn last line is left.
/// </summary>
public static class EventLogReader
{
    private const int DefaultBytes = 1 << 24;

    /// <summary>Reads whole lines from an offset on, about <paramref name="maxBytes"/> at most; call again with the next offset.</summary>
    /// <exception cref="UserException">The file cannot be read; a missing file is an empty log.</exception>
    public static EventBatch ReadFrom(string path, long offset = 0, int maxBytes = DefaultBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        try
        {
            if (!File.Exists(path))
            {
                return new EventBatch([], 0, 0, Restarted: offset > 0);
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var restarted = offset > 0 && !(Read(file, offset - 1, 1) is [(byte)'\n']);
            var start = restarted ? 0 : offset;
            var whole = ReadLines(file, start, maxBytes);
            var (events, skipped) = Parse(whole);
            return new EventBatch(events, start + whole.Length, skipped, restarted);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, path);
        }
    }

    /// <summary>Reads the whole log.</summary>
    /// <exception cref="UserException">The file cannot be read; a missing file is an empty log.</exception>
    public static EventBatch ReadAll(string path)
    {
        List<RunEvent> events = [];
        var (offset, skipped) = (0L, 0);
        while (true)
        {
            var batch = ReadFrom(path, offset);
            if (batch.Restarted)
            {
                (events, skipped) = ([], 0);
            }

            events.AddRange(batch.Events);
            skipped += batch.Skipped;
            if (batch.NextOffset == offset)
            {
                return new EventBatch(events, offset, skipped, Restarted: false);
            }

            offset = batch.NextOffset;
        }
    }

    /// <summary>The last events, without reading a long log: those in about the last 64 KiB, oldest first.</summary>
    /// <exception cref="UserException">The file cannot be read; a missing file is an empty log.</exception>
    public static IReadOnlyList<RunEvent> ReadTail(string path)
    {
        const int tail = 1 << 16;
        try
        {
            if (!File.Exists(path))
            {
                return [];
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = Math.Max(0, RandomAccess.GetLength(file) - tail);
            var bytes = Read(file, start, tail).AsSpan();
            var firstWhole = start == 0 ? 0 : bytes.IndexOf((byte)'\n') + 1;
            var end = bytes.LastIndexOf((byte)'\n') + 1;
            return end <= firstWhole ? [] : Parse(bytes[firstWhole..end]).Events;
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, path);
        }
    }

    private static ReadOnlySpan<byte> ReadLines(SafeFileHandle file, long start, int maxBytes)
    {
        while (true)
        {
            var bytes = Read(file, start, maxBytes).AsSpan();
            var end = bytes.LastIndexOf((byte)'\n') + 1;
            if (end > 0 || bytes.Length < maxBytes)
            {
                return bytes[..end];
            }

            maxBytes = checked(maxBytes * 2);
        }
    }

    private static byte[] Read(SafeFileHandle file, long start, int maxBytes)
    {
        var bytes = new byte[Math.Clamp(RandomAccess.GetLength(file) - start, 0, maxBytes)];
        var count = 0;
        while (count < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(count), start + count) is var read and > 0)
        {
            count += read;
        }

        return bytes[..count];
    }

    private static (List<RunEvent> Events, int Skipped) Parse(ReadOnlySpan<byte> lines)
    {
        List<RunEvent> events = [];
        var skipped = 0;
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            if (TryParse(lines[..end]) is { } e)
            {
                events.Add(e);
            }
            else
            {
                skipped++;
            }

            lines = lines[(end + 1)..];
        }

        return (events, skipped);
    }

    private static RunEvent? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<RunEvent>(line, ElbowJson.Line);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // NotSupportedException: an object without "kind".
            return null;
        }
    }
}
