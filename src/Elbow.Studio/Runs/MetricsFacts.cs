using System.Text.Json;

namespace Elbow.Studio.Runs;

/// <summary>The newest value of every term in <c>metrics.json</c>, as <c>SPLIT/TERM</c>: whatever is written as <c>{"value", "se"}</c>.</summary>
internal static class MetricsFacts
{
    private const int Most = 300, Deepest = 4;

    internal static Dictionary<string, Measured> Of(RawJson? file)
    {
        var found = new Dictionary<string, Measured>(StringComparer.Ordinal);
        if (file?.Element() is not { ValueKind: JsonValueKind.Array } entries) return found;
        foreach (var entry in entries.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("values", out var values)) continue;
            var split = entry.TryGetProperty("split", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : "all";
            Collect(values, split!, 0, found);
        }
        return found;
    }

    private static void Collect(JsonElement element, string name, int depth, Dictionary<string, Measured> found)
    {
        if (depth > Deepest || found.Count >= Most) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var own) && own.ValueKind == JsonValueKind.String) Collect(item, $"{name}/{own.GetString()}", depth + 1, found);
            }
            return;
        }
        if (element.ValueKind != JsonValueKind.Object) return;
        if (element.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number)
        {
            found[name] = new Measured(value.GetDouble(), element.TryGetProperty("se", out var se) && se.ValueKind == JsonValueKind.Number ? se.GetDouble() : double.NaN);
            return;
        }
        foreach (var property in element.EnumerateObject()) Collect(property.Value, $"{name}/{property.Name}", depth + 1, found);
    }
}
