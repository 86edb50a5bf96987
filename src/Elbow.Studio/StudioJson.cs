using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Elbow.Studio;

/// <summary>
/// How the studio writes its answers: camelCase, enums as words, numbers that are not finite as null. Everything that HTML could read as a
/// tag is escaped, so that an answer may stand inside a page.
/// </summary>
internal static class StudioJson
{
    // Files of a run may be 64 deep, which is the reader's limit, and stand a few levels down in an answer.
    private const int Deepest = 128;

    internal static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    internal static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.MaxDepth = Deepest;
        options.Encoder = JavaScriptEncoder.Default; // ASP.NET's own choice leaves < as it is
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new FiniteNumber());
        options.Converters.Add(new RawJson.Converter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }

    private sealed class FiniteNumber : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}
