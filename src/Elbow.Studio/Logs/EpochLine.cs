using System.Text.Json;
using Elbow.Studio.Runs;

namespace Elbow.Studio.Logs;

/// <summary>Reads of an <c>epochCompleted</c> line what the list of runs draws: the objective.</summary>
internal static class EpochLine
{
    /// <summary>Null for a damaged line.</summary>
    internal static EpochNote? TryRead(ReadOnlySpan<byte> line)
    {
        if (line.TrimEnd("\r "u8) is not [(byte)'{', .., (byte)'}']) return null;
        try
        {
            var note = new EpochNote(0, 0, double.NaN, double.NaN);
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isEpoch, isStep, isSplits) = (reader.ValueTextEquals("epoch"u8), reader.ValueTextEquals("step"u8), reader.ValueTextEquals("splits"u8));
                reader.Read();
                if (isEpoch) note = note with { Epoch = reader.GetInt32() };
                else if (isStep) note = note with { Step = reader.GetInt64() };
                else if (isSplits && reader.TokenType == JsonTokenType.StartObject) note = Splits(ref reader, note);
                else reader.Skip();
            }
            return note.Epoch > 0 && !reader.Read() ? note : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static EpochNote Splits(ref Utf8JsonReader reader, EpochNote note)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isTrain, isValidation) = (reader.ValueTextEquals("train"u8), reader.ValueTextEquals("validation"u8));
            reader.Read();
            if (isTrain) note = note with { Train = Field(ref reader, "objective"u8) };
            else if (isValidation) note = note with { Validation = Field(ref reader, "objective"u8) };
            else reader.Skip();
        }
        return note;
    }

    // The number behind a key, or behind the "mean" of the object behind it.
    private static double Field(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return double.NaN;
        }
        var value = double.NaN;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(name);
            reader.Read();
            if (!wanted) reader.Skip();
            else if (reader.TokenType == JsonTokenType.StartObject) value = Field(ref reader, "mean"u8);
            else value = EventLine.Number(ref reader);
        }
        return value;
    }
}
