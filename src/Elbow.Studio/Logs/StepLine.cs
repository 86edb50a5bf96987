using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Elbow.Studio.Logs;

/// <summary>A <c>stepLogged</c> line, read without making objects: there may be millions. One instance reads many lines.</summary>
internal sealed class StepLine
{
    private readonly List<(byte[] Utf8, string Name)> names = [];
    private readonly List<(string Name, double Value)> terms = [];

    internal DateTimeOffset Timestamp { get; private set; }

    internal long Step { get; private set; }

    internal int Epoch { get; private set; }

    /// <summary>Term → mean over the batch, until the next line is read.</summary>
    internal IReadOnlyList<(string Name, double Value)> Terms => terms;

    /// <summary>Reads a line; false when it is damaged.</summary>
    internal bool TryRead(ReadOnlySpan<byte> line)
    {
        if (TryReadAsWritten(line)) return true;
        if (line.TrimEnd("\r "u8) is not [(byte)'{', .., (byte)'}']) return false;
        try
        {
            return Read(line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    // A line as Elbow writes it, without a reader of any JSON: {"kind":"stepLogged","timestamp":"T","step":1,"epoch":1,"terms":{"kl":1.5}}.
    // False for anything else, were it only a space.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadAsWritten(ReadOnlySpan<byte> line)
    {
        terms.Clear();
        if (!Skip(ref line, "{\"kind\":\"stepLogged\",\"timestamp\":\""u8) || !TryTime(ref line, out var timestamp)) return false;
        if (!Skip(ref line, "\",\"step\":"u8) || !Utf8Parser.TryParse(line, out long step, out var length) || step <= 0) return false;
        line = line[length..];
        if (!Skip(ref line, ",\"epoch\":"u8) || !Utf8Parser.TryParse(line, out int epoch, out length)) return false;
        line = line[length..];
        if (!Skip(ref line, ",\"terms\":{"u8)) return false;
        for (var k = 0; ; k++)
        {
            if (!Skip(ref line, "\""u8)) return false;
            var end = line.IndexOf((byte)'"');
            if (end < 0 || k >= names.Count || !line[..end].SequenceEqual(names[k].Utf8)) return false;
            line = line[(end + 1)..];
            if (line is not [(byte)':', (byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] || IsPadded(line[1..]) || !Utf8Parser.TryParse(line[1..], out double value, out length)) return false;
            terms.Add((names[k].Name, value));
            line = line[(1 + length)..];
            if (Skip(ref line, ","u8)) continue;
            (Step, Epoch, Timestamp) = (step, epoch, timestamp);
            return line.SequenceEqual("}}"u8);
        }
    }

    // 2026-01-31T12:00:00.1234567+00:00, with up to seven digits after the point.
    private static bool TryTime(ref ReadOnlySpan<byte> line, out DateTimeOffset timestamp)
    {
        timestamp = default;
        var end = line.IndexOf((byte)'"');
        if (end is < 25 or > 33 || !line[..end].EndsWith("+00:00"u8)) return false;
        Span<byte> whole = stackalloc byte[33];
        "0000-00-00T00:00:00.0000000+00:00"u8.CopyTo(whole);
        line[..(end - 6)].CopyTo(whole);
        line = line[end..];
        return whole[19] == '.' && Utf8Parser.TryParse(whole, out timestamp, out var length, 'O') && length == 33;
    }

    // 01 is no number in JSON.
    private static bool IsPadded(ReadOnlySpan<byte> number) => number.TrimStart((byte)'-') is [(byte)'0', >= (byte)'0' and <= (byte)'9', ..];

    private static bool Skip(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> expected)
    {
        if (!line.StartsWith(expected)) return false;
        line = line[expected.Length..];
        return true;
    }

    private bool Read(ReadOnlySpan<byte> line)
    {
        terms.Clear();
        var (step, epoch, timestamp, seen) = (0L, 0, default(DateTimeOffset), false);
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("step"u8))
            {
                reader.Read();
                step = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("epoch"u8))
            {
                reader.Read();
                epoch = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("timestamp"u8))
            {
                reader.Read();
                timestamp = reader.GetDateTimeOffset();
            }
            else if (reader.ValueTextEquals("terms"u8))
            {
                reader.Read();
                seen = ReadTerms(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        (Step, Epoch, Timestamp) = (step, epoch, timestamp);
        return seen && step > 0 && timestamp != default && !reader.Read();
    }

    private bool ReadTerms(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        for (var k = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; k++)
        {
            var name = Name(ref reader, k);
            reader.Read();
            terms.Add((name, EventLine.Number(ref reader)));
        }
        return true;
    }

    // The lines of a run hold the same names in the same order: no text is made for them.
    private string Name(ref Utf8JsonReader reader, int k)
    {
        if (k < names.Count && reader.ValueTextEquals(names[k].Utf8)) return names[k].Name;
        var name = reader.GetString()!;
        var entry = (System.Text.Encoding.UTF8.GetBytes(name), name);
        if (k < names.Count) names[k] = entry;
        else if (k == names.Count && k < 256) names.Add(entry);
        return name;
    }
}
