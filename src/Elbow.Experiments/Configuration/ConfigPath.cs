using System.Text.Json;

namespace Elbow.Experiments.Configuration;

/// <summary>Paths into a config, as people write them: <c>model.encoder.hidden[0]</c>.</summary>
internal static class ConfigPath
{
    /// <summary>The path of a key of the object at <paramref name="parent"/>; keys that are no plain name stand quoted in brackets.</summary>
    public static string Key(string parent, string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '$')
            ? Join(parent, key)
            : $"{parent}[{JsonSerializer.Serialize(key)}]";

    public static string Index(string parent, int index) => $"{parent}[{index}]";

    public static string Join(string parent, string relative) =>
        parent.Length == 0 || relative.Length == 0 || relative[0] == '[' ? parent + relative : $"{parent}.{relative}";

    /// <summary>Whether <paramref name="path"/> is <paramref name="ancestor"/> or lies inside it.</summary>
    public static bool IsWithin(string path, string ancestor) =>
        path.StartsWith(ancestor, StringComparison.Ordinal)
        && (path.Length == ancestor.Length || ancestor.Length == 0 || path[ancestor.Length] is '.' or '[');
}
