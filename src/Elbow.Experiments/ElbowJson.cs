using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Elbow.Experiments;

/// <summary>
/// The one place that says how Elbow writes its records as JSON: camelCase, enums as words, non-finite numbers as "NaN", "Infinity" and
/// "-Infinity", members that a newer version added are ignored, missing ones are an error.
/// </summary>
/// <remarks>Letters such as β are written as they are; whoever embeds the text in a web page escapes it there.</remarks>
public static class ElbowJson
{
    /// <summary>One line per record, for <c>events.jsonl</c>.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    /// <summary>Indented by two, for the files that people open.</summary>
    public static JsonSerializerOptions Document { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            AllowOutOfOrderMetadataProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            WriteIndented = indented,
            NewLine = "\n",
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
