using System.Text;
using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>Writes a config with every default written out, so that it means the same when defaults change later.</summary>
public static class ConfigWriter
{
    /// <summary>
    /// Indented JSON with camelCase keys in declaration order, the kind first, lists of plain values on one line.
    /// <see cref="ConfigReader"/> reads it back to an equal config.
    /// </summary>
    /// <exception cref="ArgumentException">A number is not finite, which JSON cannot say.</exception>
    /// <exception cref="InvalidOperationException">The config type breaks the conventions of <see cref="ConfigReader"/>.</exception>
    public static string Write<T>(T config) where T : class =>
        Print(ConfigTree.From(config, ConfigShapes.Root<T>().Shape), comments: null);

    /// <summary>Prints a tree, with the comment lines that belong above the key at a path.</summary>
    internal static string Print(JsonNode? tree, IReadOnlyDictionary<string, string[]>? comments)
    {
        var text = new StringBuilder();
        Value(tree, "", "\n", comments, text);
        return text.Append('\n').ToString();
    }

    private static void Value(JsonNode? node, string path, string newLine, IReadOnlyDictionary<string, string[]>? comments, StringBuilder text)
    {
        var inside = newLine + "  ";
        switch (node)
        {
            case JsonObject { Count: > 0 } obj:
                text.Append('{');
                foreach (var (key, value) in obj)
                {
                    var keyPath = ConfigPath.Key(path, key);
                    foreach (var line in comments?.GetValueOrDefault(keyPath) ?? [])
                        text.Append(inside).Append("// ").Append(line);
                    text.Append(inside).Append(ConfigTree.Json(key)).Append(": ");
                    Value(value, keyPath, inside, comments, text);
                    text.Append(',');
                }
                text.Length--;
                text.Append(newLine).Append('}');
                break;
            case JsonArray list when list.Any(item => item is JsonObject or JsonArray):
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(inside);
                    Value(list[i], ConfigPath.Index(path, i), inside, comments, text);
                    text.Append(',');
                }
                text.Length--;
                text.Append(newLine).Append(']');
                break;
            case JsonArray list:
                text.Append('[').AppendJoin(", ", list.Select(item => ConfigTree.Json(item))).Append(']');
                break;
            default:
                text.Append(ConfigTree.Json(node));
                break;
        }
    }
}
