using System.Text.Json.Nodes;
using Elbow.Data;

namespace Elbow.Explorer;

/// <summary>Numbers as a browser reads them: in single precision, as pictures need no more digits, and null where they are not finite.</summary>
internal static class ExplorerJson
{
    internal static JsonValue? Number(double value) => float.IsFinite((float)value) ? JsonValue.Create((float)value) : null;

    internal static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(value => (JsonNode?)Number(value))];

    internal static JsonArray Texts(IEnumerable<string> values) => [.. values.Select(value => (JsonNode?)JsonValue.Create(value))];

    /// <summary>Rows of a matrix.</summary>
    internal static JsonArray Matrix(double[] values, int width) => [.. values.Chunk(width).Select(row => (JsonNode?)Numbers(row))];

    /// <summary><c>[{name, values}]</c>: labels as texts, then numbers; of two with one name the second is numbered.</summary>
    internal static JsonArray Columns(IEnumerable<LabelColumn> labels, IEnumerable<(string Name, IEnumerable<double> Values)> numbers)
    {
        var (columns, taken) = (new JsonArray(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var label in labels) Add(label.Name, Texts(label.Codes.Select(code => label.Classes[code])));
        foreach (var (name, values) in numbers) Add(name, Numbers(values));
        return columns;

        void Add(string name, JsonArray values)
        {
            var free = name;
            for (var n = 2; !taken.Add(free); n++) free = $"{name} {n}";
            columns.Add((JsonNode)new JsonObject { ["name"] = free, ["values"] = values });
        }
    }
}
