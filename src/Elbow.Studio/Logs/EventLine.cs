using System.Runtime.CompilerServices;
using System.Text.Json;
using Elbow.Experiments;

namespace Elbow.Studio.Logs;

/// <summary>One line of <c>events.jsonl</c>, looked at no more than needed: a run has a million steps and a few hundred other events.</summary>
internal static class EventLine
{
    private static ReadOnlySpan<byte> Beginning => "{\"kind\":\""u8;

    /// <summary>Whether the line is an event of this kind, by the beginning that Elbow writes. Other writers' lines go through <see cref="Parse"/>.</summary>
    internal static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> kind)
    {
        var rest = line.StartsWith(Beginning) ? line[Beginning.Length..] : default;
        return rest.Length > kind.Length && rest[kind.Length] == '"' && rest.StartsWith(kind);
    }

    /// <summary>The event; null for a line that is none, or of a kind that is not known.</summary>
    internal static RunEvent? Parse(ReadOnlySpan<byte> line)
    {
        // An exception costs a thousand times as much as this look, and damaged files have many such lines.
        line = line.TrimEnd("\r\n "u8);
        if (line is not [(byte)'{', .., (byte)'}']) return null;
        try
        {
            return JsonSerializer.Deserialize<RunEvent>(line, ElbowJson.Line);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // NotSupportedException: no kind. InvalidOperationException: half a character as a name.
            return null;
        }
    }

    /// <summary>Calls <paramref name="each"/> for every line, without its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ForEach<T>(ReadOnlySpan<byte> lines, long offset, T state, Action<T, ReadOnlySpan<byte>, long> each)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            if (end < 0) return;
            if (end > 0) each(state, lines[..end], offset);
            offset += end + 1;
            lines = lines[(end + 1)..];
        }
    }

    /// <summary>Reads a number that may be written as "NaN", "Infinity" or "-Infinity".</summary>
    /// <exception cref="InvalidOperationException">Neither.</exception>
    internal static double Number(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        ? reader.ValueTextEquals("NaN"u8) ? double.NaN
            : reader.ValueTextEquals("Infinity"u8) ? double.PositiveInfinity
            : reader.ValueTextEquals("-Infinity"u8) ? double.NegativeInfinity
            : throw new InvalidOperationException("no number")
        : reader.GetDouble();
}
