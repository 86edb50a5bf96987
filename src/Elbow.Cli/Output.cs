using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Spectre.Console;

namespace Elbow.Cli;

/// <summary>Results on stdout: a table for people, JSON for programs when asked for.</summary>
internal static class Output
{
    internal static Option<string?> Json() => new("--json") { Description = "write the result as JSON to this file; - for stdout", HelpName = "PATH" };

    /// <summary>For commands whose result is rows.</summary>
    internal static Option<string?> Csv()
    {
        var csv = new Option<string?>("--csv") { Description = "write the rows of the result as CSV to this file, numbers with all their digits; - for stdout", HelpName = "PATH" };
        csv.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() == "-" && (result.GetResult("--json") as OptionResult)?.GetValueOrDefault<string?>() == "-")
                result.AddError("--json and --csv both write to stdout: give one of them a file");
        });
        return csv;
    }

    /// <summary>Writes JSON where the option says; otherwise lets <paramref name="forPeople"/> write.</summary>
    internal static void Write(string? path, JsonNode json, Action forPeople) => Write(path, json, null, [], forPeople);

    /// <summary>The same with rows for the option <see cref="Csv"/>.</summary>
    internal static void Write(string? path, JsonNode json, string? csv, IEnumerable<JsonObject> rows, Action forPeople)
    {
        To(path, () => json.ToJsonString(ElbowJson.Document) + "\n");
        To(csv, () => CsvTable.Of(rows));
        if (path != "-" && csv != "-") forPeople();
    }

    private static void To(string? path, Func<string> text)
    {
        if (path == "-") Console.Out.Write(text());
        else if (path is not null) AtomicFile.WriteText(path, text());
    }

    /// <summary>Prints rows under headings; columns of numbers are aligned to the right.</summary>
    /// <remarks>In a narrow terminal the last column wraps, the others keep all they hold; explanations under the heading "what" are left out where too little room is left for them.</remarks>
    internal static void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> content)
    {
        const int Around = 3, Edges = 2, LeastWrapped = 16, LeastProse = 24;
        IReadOnlyList<string>[] rows = [.. content];
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        var room = Console.IsOutputRedirected ? int.MaxValue : console.Profile.Width;
        int[] widths = [.. headings.Select((heading, k) => rows.Select(row => row[k].Length).Append(heading.Length).Max())];
        var left = room - Edges - widths[..^1].Sum(width => width + Around) - Around;
        var columns = headings[^1] == "what" && left < Math.Min(LeastProse, widths[^1]) ? headings.Count - 1 : headings.Count;
        var table = new Table().Border(TableBorder.Minimal);
        foreach (var (heading, k) in headings.Take(columns).Select((heading, k) => (heading, k)))
        {
            var column = new TableColumn(Markup.Escape(heading));
            if (k < headings.Count - 1) column.NoWrap();
            var numbers = k > 0 && rows.All(row => row[k].Length == 0 || char.IsAsciiDigit(row[k].TrimStart('-', '+', ' ').FirstOrDefault()));
            table.AddColumn(numbers ? column.RightAligned() : column);
        }
        foreach (var row in rows) table.AddRow([.. row.Take(columns).Select(Markup.Escape)]);
        // A table that is given less than it needs loses whole columns, and nobody sees that a number is missing.
        widths[^1] = Math.Min(widths[^1], Math.Max(left, LeastWrapped));
        console.Profile.Width = Edges + widths[..columns].Sum(width => width + Around);
        console.Write(table);
    }

    internal static JsonObject? Json(Estimate? estimate) => estimate is not { } e ? null : new JsonObject { ["value"] = e.Value, ["se"] = double.IsNaN(e.StandardError) ? null : e.StandardError };
}
