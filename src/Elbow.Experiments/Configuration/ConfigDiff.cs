using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>One place where two configs differ.</summary>
/// <param name="Path">The key, as in <c>objective.beta</c>.</param>
/// <param name="Left">Its JSON in the first config, null when it is not there.</param>
/// <param name="Right">Its JSON in the second config, null when it is not there.</param>
public sealed record ConfigDifference(string Path, string? Left, string? Right);

/// <summary>Says in which keys two configs differ.</summary>
public static class ConfigDiff
{
    /// <summary>The differences of two configs, defaults included, in the order of their keys. Empty when they are equal.</summary>
    public static IReadOnlyList<ConfigDifference> Between<T>(T left, T right) where T : class
    {
        var shape = ConfigShapes.Root<T>().Shape;
        return Between(ConfigTree.From(left, shape), ConfigTree.From(right, shape));
    }

    /// <summary>The differences of two written configs whose type is not at hand. A list of plain values counts as one value.</summary>
    public static IReadOnlyList<ConfigDifference> Between(JsonNode? left, JsonNode? right)
    {
        var (a, b) = (Flat(left), Flat(right));
        return Between(a, b);
    }

    /// <summary>The differences of two configs that <see cref="Flat"/> made.</summary>
    public static IReadOnlyList<ConfigDifference> Between(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Keys.Union(b.Keys)
            .Select(path => new ConfigDifference(path, a.GetValueOrDefault(path), b.GetValueOrDefault(path)))
            .Where(d => d.Left != d.Right)
            .ToArray();
    }

    /// <summary>Key → its JSON, as in <c>objective.beta</c> → <c>4</c>.</summary>
    public static IReadOnlyDictionary<string, string> Flat(JsonNode? config) => Flatten(config, "").ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Flatten(JsonNode? node, string path) => node switch
    {
        JsonObject { Count: > 0 } obj => obj.SelectMany(p => Flatten(p.Value, ConfigPath.Key(path, p.Key))),
        JsonArray list when list.Any(item => item is JsonObject or JsonArray) =>
            list.SelectMany((item, i) => Flatten(item, ConfigPath.Index(path, i))),
        _ => [KeyValuePair.Create(path, ConfigTree.Json(node))],
    };
}
