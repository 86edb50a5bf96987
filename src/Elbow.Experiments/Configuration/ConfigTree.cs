using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>Configs as JSON trees: from objects, and into words.</summary>
internal static class ConfigTree
{
    private const int LongestShown = 60;

    // Config files are read by people, never pasted into HTML unescaped: é and ' stay as they are.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tree of a value with all its defaults written out; the discriminator first, then keys in declaration order.</summary>
    public static JsonNode? From(object? value, ConfigShape shape) => (value, shape) switch
    {
        (null, _) => null,
        (_, EnumShape names) => JsonValue.Create(names.Values.First(v => v.Value.Equals(value)).Key),
        (_, ListShape list) => new JsonArray(((IEnumerable)value).Cast<object?>().Select(item => From(item, list.Item.Shape)).ToArray()),
        (_, ObjectShape record) => Object(value, record, []),
        (_, ChoiceShape choice) => Kind(value, choice),
        _ => JsonSerializer.SerializeToNode(value, shape.Type, s_readable),
    };

    private static JsonObject Kind(object value, ChoiceShape choice)
    {
        var (name, shape) = choice.Kinds.FirstOrDefault(k => k.Value.Type == value.GetType());
        return shape is null
            ? throw new InvalidOperationException($"{value.GetType()} is not registered on {choice.Type}: add a [JsonDerivedType] line")
            : Object(value, shape, new JsonObject { [choice.Discriminator] = name });
    }

    private static JsonObject Object(object value, ObjectShape shape, JsonObject into)
    {
        foreach (var property in shape.Properties)
            into.Add(property.Name, From(property.Info.GetValue(value), property.Slot.Shape));
        return into;
    }

    /// <summary>The tree of what a property holds when nothing is said about it.</summary>
    public static JsonNode? Default(ConfigProperty property) =>
        From(property.Info.GetValue(Activator.CreateInstance(property.Info.ReflectedType!)), property.Slot.Shape);

    /// <summary>A scalar as JSON text.</summary>
    public static string Json(object? value) => JsonSerializer.Serialize(value, s_readable);

    /// <summary>A tree as JSON text on one line.</summary>
    public static string Json(JsonNode? node) => node?.ToJsonString(s_readable) ?? "null";

    /// <summary>The text of a string node, null for anything else.</summary>
    public static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    /// <summary>What stands at a place, in words that follow "got".</summary>
    public static string Describe(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "an object",
        JsonArray => "a list",
        _ when node.GetValueKind() == JsonValueKind.String => "the text " + Shorten(Json(node)),
        _ => Shorten(Json(node)),
    };

    public static string Shorten(string json) => json.Length <= LongestShown ? json : json[..LongestShown] + "…";
}
