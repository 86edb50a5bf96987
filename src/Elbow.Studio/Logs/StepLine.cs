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
        return seen && step > 0 && timestamp != default;
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
