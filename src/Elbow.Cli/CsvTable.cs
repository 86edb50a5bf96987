using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments;

namespace Elbow.Cli;

/// <summary>Rows of a report as CSV, numbers with all their digits: RFC 4180 with line feeds.</summary>
/// <remarks>A part of a row becomes columns <c>part.name</c>, but its <c>value</c> the column <c>part</c>; lists of numbers are one field with spaces.</remarks>
internal static class CsvTable
{
    /// <summary>The estimates among the members of a report, a row for each: <c>name, value, se, …</c> behind the given columns.</summary>
    internal static IEnumerable<JsonObject> Estimates(JsonObject report, params (string Name, JsonNode? Value)[] first) =>
        from member in report
        where member.Value is JsonObject part && part.ContainsKey("value")
        select Row([.. first, ("name", member.Key), .. ((JsonObject)member.Value!).Select(pair => (pair.Key, pair.Value))]);

    /// <summary>A row of columns; the values are copied.</summary>
    internal static JsonObject Row(params IEnumerable<(string Name, JsonNode? Value)> columns) =>
        new(columns.Select(column => KeyValuePair.Create(column.Name, column.Value?.DeepClone())));

    /// <summary>The table: columns in the order in which rows bring them.</summary>
    internal static string Of(IEnumerable<JsonObject> rows)
    {
        var flat = rows.Select(row => Flat("", row).ToDictionary(StringComparer.Ordinal)).ToList();
        var columns = flat.SelectMany(row => row.Keys).Distinct().ToList();
        var text = new StringBuilder();
        foreach (var line in flat.Select(row => columns.Select(column => row.GetValueOrDefault(column, ""))).Prepend(columns)) text.AppendJoin(',', line.Select(Quoted)).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<KeyValuePair<string, string>> Flat(string path, JsonObject part) => part.SelectMany(member =>
    {
        var name = path.Length == 0 ? member.Key : member.Key == "value" ? path : $"{path}.{member.Key}";
        return member.Value switch
        {
            JsonObject inner => Flat(name, inner),
            JsonArray list => list.All(item => item is null or JsonValue) ? [new(name, string.Join(' ', list.Select(Text)))] : [],
            var value => (KeyValuePair<string, string>[])[new(name, Text(value))],
        };
    });

    private static string Text(JsonNode? value) =>
        value is null ? "" : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(ElbowJson.Line);

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
