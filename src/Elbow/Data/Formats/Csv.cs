using System.Globalization;
using System.IO.Compression;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>Tables as text: separated by comma, semicolon, tab or spaces; with or without a header; gzipped or not.</summary>
/// <remarks>Every column is a number except the label column. Missing values are refused: Elbow does not guess them.</remarks>
public static class Csv
{
    private static readonly char[] Separators = [',', ';', '\t', ' '];

    private static readonly string[] Missing = ["", "na", "n/a", "nan", "null", "none", "?"];

    /// <summary>Reads the whole table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelColumn">Header name or 0-based index of the column that holds classes; it is no data. Null: none.</param>
    /// <param name="progress">Told how many bytes have been read.</param>
    /// <exception cref="UserException">
    /// Missing or empty file, ragged row, missing value, text among numbers, unknown label column; line and column are named.
    /// </exception>
    public static IDataset Open(string path, string? labelColumn = null, IProgress<DataProgress>? progress = null) =>
        BadData.Guard(path, () => OpenText(path, labelColumn, progress));

    private static ArrayDataset OpenText(string path, string? labelColumn, IProgress<DataProgress>? progress)
    {
        using var file = File.OpenRead(path);
        var packed = ArrayFile.IsGzip(file);
        using Stream unpacked = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new StreamReader(unpacked);
        var first = text.ReadLine() ?? throw Empty(path);
        // The separator that splits the first line most often; spaces only when nothing else does.
        var separator = Separators.MaxBy(candidate => first.Count(character => character == candidate) * (candidate == ' ' ? 0.001 : 1));
        using var again = new ConcatenatedReader(first + "\n", text);
        return Read(new CsvRecords(again, separator, path), path, labelColumn,
            () => progress?.Report(new DataProgress(path, file.Position, file.Length)));
    }

    /// <summary>Writes a table with a header.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="columns">One name per column.</param>
    /// <param name="values">Rows, one after the other.</param>
    /// <param name="labels">Columns of classes, written by name before the numbers.</param>
    /// <exception cref="ArgumentException">Not a whole number of rows.</exception>
    public static void Write(TextWriter destination, IReadOnlyList<string> columns, ReadOnlySpan<float> values, params IReadOnlyList<LabelColumn> labels)
    {
        if (columns.Count == 0 || values.Length % columns.Count != 0)
        {
            throw new ArgumentException($"values: expected whole rows of {columns.Count} numbers, got {values.Length}", nameof(values));
        }

        destination.WriteLine(string.Join(',', labels.Select(label => label.Name).Concat(columns).Select(Quoted)));
        for (var i = 0; i < values.Length; i++)
        {
            if (i % columns.Count == 0)
            {
                foreach (var label in labels)
                {
                    destination.Write(Quoted(label.Classes[label.Codes[i / columns.Count]]) + ",");
                }
            }

            destination.Write(values[i].ToString("R", CultureInfo.InvariantCulture));
            destination.Write((i + 1) % columns.Count == 0 ? Environment.NewLine : ",");
        }
    }

    private static ArrayDataset Read(CsvRecords records, string path, string? labelColumn, Action report)
    {
        var fields = new List<string>();
        if (!records.Read(fields))
        {
            throw Empty(path);
        }

        var columns = fields.ToArray();
        // A label column given by name proves a header even when other names look like numbers; an index proves nothing.
        var hasHeader = (labelColumn is not null && !IsNumber(labelColumn) && columns.Contains(labelColumn)) || !columns.Any(IsNumber);
        var label = LabelIndex(path, columns, hasHeader, labelColumn);
        var (values, labels) = (new List<float>(), new List<string>());
        if (hasHeader && !records.Read(fields))
        {
            throw Empty(path);
        }

        do
        {
            if (fields.Count != columns.Length)
            {
                throw BadData.In(path, $"line {records.Line} has {fields.Count} fields, the first line has {columns.Length}",
                    "give every line the same number of fields");
            }

            for (var column = 0; column < columns.Length; column++)
            {
                if (column == label)
                {
                    labels.Add(fields[column]);
                }
                else
                {
                    values.Add(Number(path, records.Line, column, hasHeader ? columns[column] : null, fields[column]));
                }
            }

            if (values.Count % 65536 < columns.Length)
            {
                report();
            }
        }
        while (records.Read(fields));
        var width = columns.Length - (label < 0 ? 0 : 1);
        if (width == 0)
        {
            throw BadData.In(path, "has no column besides the labels", "data needs at least one number per row");
        }

        LabelColumn[] named = label < 0 ? [] : [LabelColumn.FromTexts(hasHeader ? columns[label] : $"column {label}", labels)];
        return new ArrayDataset(Path.GetFileName(path), DataShape.Vector(width), [.. values], null, named)
        {
            Columns = hasHeader ? [.. columns.Where((_, column) => column != label)] : [],
        };
    }

    private static int LabelIndex(string path, string[] columns, bool hasHeader, string? labelColumn)
    {
        if (labelColumn is null)
        {
            return -1;
        }

        var named = hasHeader ? Array.IndexOf(columns, labelColumn) : -1;
        var index = named >= 0 ? named : int.TryParse(labelColumn, out var number) ? number : -1;
        return index >= 0 && index < columns.Length
            ? index
            : throw BadData.In(path, $"has no column {labelColumn}",
                hasHeader ? $"set data.labelColumn to one of {string.Join(", ", columns)}"
                    : $"it has no header: set data.labelColumn to 0..{columns.Length - 1}");
    }

    private static float Number(string path, int line, int column, string? header, string text)
    {
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value))
        {
            return value;
        }

        var where = $"line {line}, column {column + 1}{(header is null ? "" : $" ({header})")}";
        throw Missing.Contains(text.ToLowerInvariant())
            ? BadData.In(path, $"{where} has no value ('{text}')", "fill in or drop rows with missing values; Elbow does not guess them")
            : BadData.In(path, $"{where} holds '{text}', which is no finite number", HasDecimalComma(text)
                ? "write numbers with a point: 1.5, not 1,5"
                : "remove the column, or name it as data.labelColumn if it holds classes (for elbow data describe: --labels)");
    }

    // With more commas than semicolons the semicolon stands in a field: 1,5;2,5.
    private static bool HasDecimalComma(string text) => text.AsSpan().IndexOfAny(',', ';') >= 0 && text.Replace(',', '.').Split(';').All(IsNumber);

    private static bool IsNumber(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny(",\"\n") >= 0 ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;

    private static UserException Empty(string path) => BadData.In(path, "is empty", "data needs at least one row");
}
