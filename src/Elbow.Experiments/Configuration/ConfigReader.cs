using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>
/// Reads a config strictly: what it returns has passed every check, and what is wrong is reported all at once.
/// </summary>
/// <remarks>
/// <para><b>A config type</b> is a <c>sealed record</c> with <c>init</c> properties that have defaults, or an <c>abstract record</c> with
/// <c>[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]</c> and one <c>[JsonDerivedType(typeof(X), "x")]</c> line per kind. Keys
/// and enum names are camelCase. <c>required</c> = the key must be there; <c>?</c> = null is allowed. <c>[Range]</c>,
/// <c>[AllowedValues]</c> (both on the items when the property is a list), <c>[MinLength]</c>, <c>[MaxLength]</c> are checked, and
/// <see cref="IValidatableConfig"/> for the rest. A missing key takes the default of its property; an object that is given takes the
/// defaults of its own type for the keys it leaves out. Properties without a public setter are no keys.</para>
/// <para><b>The text</b> is JSON in which comments and trailing commas are allowed. Names are case-sensitive. The kind may stand anywhere
/// in its object. At the root a text <c>$schema</c> is ignored. 64.0 and 1e3 are whole numbers, 1.5 is not.</para>
/// <para><b>Overrides</b> are applied in order, each <c>path.to.key=value</c> or <c>list[0]=value</c>. The value is JSON when it parses as
/// JSON, otherwise text. Setting inside an object that the config leaves out starts from that object's default. Setting a kind to another
/// one drops the keys that only the old kind has; keys that both have keep their values.</para>
/// </remarks>
public static class ConfigReader
{
    /// <summary>Reads a config from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="overrides">What <c>--set</c> was given, in order.</param>
    /// <param name="sourceName">What the text came from, for messages.</param>
    /// <exception cref="ConfigException">The text, an override or a value is wrong; holds every mistake.</exception>
    /// <exception cref="InvalidOperationException">The config type breaks the conventions above.</exception>
    public static T Read<T>(string json, IReadOnlyList<string>? overrides = null, string sourceName = "config") where T : class
    {
        var errors = new List<ConfigError>();
        return ConfigParser.TryParse(json, "", errors, out var root)
            ? Read<T>(root, overrides ?? [], sourceName, errors)
            : throw new ConfigException(sourceName, errors);
    }

    internal static T Read<T>(JsonNode? root, IReadOnlyList<string> overrides, string sourceName, List<ConfigError> errors) where T : class
    {
        var slot = ConfigShapes.Root<T>();
        var applied = new ConfigOverrides(errors);
        if (root is JsonObject obj)
        {
            if (ConfigTree.Text(obj["$schema"]) is not null)
                obj.Remove("$schema");
            foreach (var text in overrides)
                applied.Apply(obj, slot, text);
        }
        var found = new List<ConfigError>();
        new ConfigBinder(found).TryBind(root, slot, "", out var value);
        errors.AddRange(found.Select(applied.NameOrigin));
        return errors.Count == 0 ? (T)value! : throw new ConfigException(sourceName, errors);
    }
}
