using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>
/// JSON text to a tree. Comments and trailing commas are allowed, as in editors. Every duplicate key is reported and the first one kept;
/// text that is no JSON is reported with line and column.
/// </summary>
internal static class ConfigParser
{
    /// <summary>Levels of nesting, far above any sensible config and far below what recursion can bear.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions s_options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MaxDepth,
    };

    /// <summary>False when the text is no JSON; duplicate keys add errors but still give a tree.</summary>
    public static bool TryParse(string text, string path, List<ConfigError> errors, out JsonNode? root)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        var reader = new Utf8JsonReader(bytes, s_options);
        root = null;
        try
        {
            reader.Read();
            root = Value(ref reader, path, errors);
            reader.Read(); // throws when something follows the value
            return true;
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            errors.Add(Malformed(path, Place(bytes, (int)(e.LineNumber ?? 0), (int)(e.BytePositionInLine ?? 0)), reason));
            return false;
        }
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string path, List<ConfigError> errors) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader, path, errors),
        JsonTokenType.StartArray => Array(ref reader, path, errors),
        JsonTokenType.String => JsonValue.Create(Text(ref reader)),
        JsonTokenType.Null => null,
        _ => JsonValue.Create(JsonElement.ParseValue(ref reader)), // keeps numbers as they were written
    };

    private static JsonObject Object(ref Utf8JsonReader reader, string path, List<ConfigError> errors)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Text(ref reader);
            var keyPath = ConfigPath.Key(path, key);
            reader.Read();
            var value = Value(ref reader, keyPath, errors);
            if (!result.TryAdd(key, value))
                errors.Add(new(keyPath, "this key is given more than once", "keep one of them"));
        }
        return result;
    }

    private static JsonArray Array(ref Utf8JsonReader reader, string path, List<ConfigError> errors)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            result.Add(Value(ref reader, ConfigPath.Index(path, result.Count), errors));
        return result;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // The reader knows lines and bytes only for its own faults; a half surrogate pair is found later, when the text is decoded.
            throw new JsonException("a text holds half of a surrogate pair", e);
        }
    }

    private static ConfigError Malformed(string path, string place, string reason) =>
        new(path, $"not valid JSON at {place}: {reason}", reason.Contains("depth", StringComparison.Ordinal) ? "nothing in a configuration is that deep: look for brackets that are not closed" : "correct the text there: look for a missing or stray quote, comma or bracket");

    /// <summary>Line and column as editors count them, in characters from 1.</summary>
    private static string Place(ReadOnlySpan<byte> bytes, int line, int byteInLine)
    {
        var start = 0;
        for (var i = 0; i < line; i++)
            start += bytes[start..].IndexOf((byte)'\n') + 1;
        var before = bytes[start..Math.Min(bytes.Length, start + byteInLine)];
        return $"line {line + 1}, column {Encoding.UTF8.GetCharCount(before) + 1}";
    }
}
