using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Elbow.Studio;

/// <summary>A JSON document of a run, passed on as it is: read once to see that it is whole, written again so that nothing in it can end a script.</summary>
/// <param name="utf8">The document.</param>
internal sealed class RawJson(byte[] utf8)
{
    /// <summary>The document, in UTF-8.</summary>
    internal ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>The document behind these bytes; null when they are no JSON, not UTF-8, too deep, or hold half a character.</summary>
    internal static RawJson? TryParse(ReadOnlyMemory<byte> bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes.Span)) return null;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var output = new ArrayBufferWriter<byte>(bytes.Length + 16);
            using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = 128 })) document.RootElement.WriteTo(writer);
            return new RawJson(output.WrittenSpan.ToArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, written as an escape.
            return null;
        }
    }

    /// <summary>The document as elements.</summary>
    internal JsonElement Element() => JsonElement.Parse(utf8);

    internal sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return TryParse(System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText())) ?? throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }
}
