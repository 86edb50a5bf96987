using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>
/// The JSON Schema (draft 2020-12) of a config type, for editors. It accepts what <see cref="ConfigReader"/> accepts, except for
/// duplicate keys and <see cref="IValidatableConfig"/> rules, which a schema cannot say.
/// </summary>
public sealed class ConfigSchema
{
    private readonly JsonObject definitions = [];
    private readonly Dictionary<ConfigShape, string> names = [];

    private ConfigSchema()
    {
    }

    /// <summary>The schema of <typeparamref name="T"/> as a new tree.</summary>
    public static JsonObject For<T>() where T : class
    {
        var schema = new ConfigSchema();
        var root = schema.Body(ConfigShapes.Root<T>().Shape, isRoot: true);
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        if (schema.definitions.Count > 0)
            root["$defs"] = schema.definitions;
        return root;
    }

    private JsonObject Slot(ConfigSlot slot)
    {
        var body = slot.Shape is ObjectShape or ChoiceShape ? Reference(slot.Shape) : Plain(slot);
        return slot.Nullable ? new JsonObject { ["anyOf"] = new JsonArray(body, new JsonObject { ["type"] = "null" }) } : body;
    }

    /// <summary>Records are defined once and referred to by name, so that they may contain themselves.</summary>
    private JsonObject Reference(ConfigShape shape)
    {
        if (!names.TryGetValue(shape, out var name))
        {
            // Configs are nested in what they configure, so the full name without the namespace tells them apart.
            var plain = shape.Type.FullName![((shape.Type.Namespace?.Length ?? -1) + 1)..].Replace('+', '.');
            name = names.ContainsValue(plain) ? $"{plain}-{names.Count}" : plain;
            names.Add(shape, name);
            definitions[name] = null; // keeps the order of first use
            definitions[name] = Body(shape, isRoot: false);
        }
        return new JsonObject { ["$ref"] = "#/$defs/" + name };
    }

    private JsonObject Body(ConfigShape shape, bool isRoot) => shape switch
    {
        ChoiceShape choice => new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray(choice.Discriminator),
            ["oneOf"] = new JsonArray(choice.Kinds.Select(k => (JsonNode)Record(k.Value, isRoot, choice.Discriminator, k.Key)).ToArray()),
        },
        _ => Record((ObjectShape)shape, isRoot),
    };

    private JsonObject Record(ObjectShape shape, bool isRoot, string? discriminator = null, string? kind = null)
    {
        var properties = new JsonObject();
        if (isRoot)
            properties["$schema"] = new JsonObject { ["type"] = "string" };
        if (discriminator is not null)
            properties[discriminator] = new JsonObject { ["const"] = kind };
        foreach (var property in shape.Properties)
            properties[property.Name] = Property(property);

        var record = new JsonObject { ["type"] = "object" };
        if (shape.Description is not null)
            record["description"] = shape.Description;
        record["properties"] = properties;
        var required = shape.Properties.Where(p => p.Required).Select(p => p.Name).Prepend(discriminator).OfType<string>().ToArray();
        if (required.Length > 0)
            record["required"] = new JsonArray(required.Select(name => (JsonNode)name).ToArray());
        record["additionalProperties"] = false;
        return record;
    }

    private JsonObject Property(ConfigProperty property)
    {
        var schema = Slot(property.Slot);
        if (property.Description is not null)
            schema["description"] = property.Description;
        if (!property.Required)
            schema["default"] = ConfigTree.Default(property);
        return schema;
    }

    private JsonObject Plain(ConfigSlot slot)
    {
        var limits = slot.Constraints;
        var schema = new JsonObject();
        switch (slot.Shape)
        {
            case BooleanShape:
                schema["type"] = "boolean";
                break;
            case EnumShape:
                schema["enum"] = new JsonArray(slot.Names.Select(name => (JsonNode)name).ToArray());
                return schema;
            case TextShape:
                schema["type"] = "string";
                Length(schema, "Length", limits);
                break;
            case ListShape list:
                schema["type"] = "array";
                schema["items"] = Slot(list.Item);
                Length(schema, "Items", limits);
                return schema;
            case NumberShape:
                schema["type"] = "number";
                Range(schema, limits);
                break;
            case IntegerShape integer:
                schema["type"] = "integer";
                Range(schema, limits);
                if (!(limits.Min >= (double)integer.Min))
                    schema["minimum"] = integer.Min;
                if (!(limits.Max <= (double)integer.Max))
                    schema["maximum"] = integer.Max;
                break;
        }
        if (limits.Allowed is { } allowed)
            schema["enum"] = new JsonArray(allowed.Select(value => JsonNode.Parse(ConfigTree.Json(value))).ToArray());
        return schema;
    }

    private static void Range(JsonObject schema, ConfigConstraints limits)
    {
        if (double.IsFinite(limits.Min))
            Bound(schema, "minimum", limits.Min, limits.MinIsExclusive);
        if (double.IsFinite(limits.Max))
            Bound(schema, "maximum", limits.Max, limits.MaxIsExclusive);
    }

    private static void Bound(JsonObject schema, string key, double value, bool isExclusive)
    {
        if (isExclusive)
            schema["exclusive" + char.ToUpperInvariant(key[0]) + key[1..]] = value;
        else
            schema[key] = value;
    }

    private static void Length(JsonObject schema, string unit, ConfigConstraints limits)
    {
        if (limits.MinLength > 0)
            schema["min" + unit] = limits.MinLength;
        if (limits.MaxLength < int.MaxValue)
            schema["max" + unit] = limits.MaxLength;
    }
}
