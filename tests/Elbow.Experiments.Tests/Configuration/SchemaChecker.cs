using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbow.Experiments.Tests.Configuration;

/// <summary>Checks a document against the part of JSON Schema 2020-12 that config schemas use; an unknown keyword fails the test.</summary>
internal sealed class SchemaChecker(JsonObject root)
{
    public bool Accepts(JsonNode? document) => Accepts(root, document);

    private bool Accepts(JsonObject schema, JsonNode? node) => schema.All(keyword => Holds(keyword.Key, keyword.Value, schema, node));

    private bool Holds(string keyword, JsonNode? rule, JsonObject schema, JsonNode? node) => keyword switch
    {
        "$schema" or "$defs" or "description" or "default" => true,
        "$ref" => Accepts((JsonObject)root["$defs"]![rule!.GetValue<string>()["#/$defs/".Length..]]!, node),
        "type" => IsType(rule!.GetValue<string>(), node),
        "const" => Same(rule, node),
        "enum" => rule!.AsArray().Any(value => Same(value, node)),
        "anyOf" => rule!.AsArray().Any(s => Accepts((JsonObject)s!, node)),
        "oneOf" => rule!.AsArray().Count(s => Accepts((JsonObject)s!, node)) == 1,
        "properties" => node is not JsonObject obj || rule!.AsObject().All(p => !obj.TryGetPropertyValue(p.Key, out var v) || Accepts((JsonObject)p.Value!, v)),
        "required" => node is not JsonObject obj || rule!.AsArray().All(key => obj.ContainsKey(key!.GetValue<string>())),
        "additionalProperties" => node is not JsonObject obj || obj.All(p => schema["properties"]!.AsObject().ContainsKey(p.Key)),
        "items" => node is not JsonArray list || list.All(item => Accepts((JsonObject)rule!, item)),
        "minItems" => node is not JsonArray list || list.Count >= Number(rule),
        "maxItems" => node is not JsonArray list || list.Count <= Number(rule),
        "minLength" => node?.GetValueKind() != JsonValueKind.String || node.GetValue<string>().Length >= Number(rule),
        "minimum" => !IsType("number", node) || Number(node) >= Number(rule),
        "maximum" => !IsType("number", node) || Number(node) <= Number(rule),
        "exclusiveMinimum" => !IsType("number", node) || Number(node) > Number(rule),
        "exclusiveMaximum" => !IsType("number", node) || Number(node) < Number(rule),
        _ => throw new NotSupportedException(keyword),
    };

    private static bool IsType(string type, JsonNode? node) => type switch
    {
        "null" => node is null,
        "object" => node is JsonObject,
        "array" => node is JsonArray,
        "string" => node?.GetValueKind() == JsonValueKind.String,
        "boolean" => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => node?.GetValueKind() == JsonValueKind.Number,
        "integer" => IsType("number", node) && double.IsInteger(Number(node)),
        _ => throw new NotSupportedException(type),
    };

    private static double Number(JsonNode? node) => double.Parse(node!.ToJsonString());

    private static bool Same(JsonNode? a, JsonNode? b) =>
        IsType("number", a) && IsType("number", b) ? Number(a) == Number(b) : JsonNode.DeepEquals(a, b);
}
