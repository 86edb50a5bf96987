using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Elbow.Experiments;
using Elbow.Experiments.Storage;

namespace Elbow.Training;

/// <summary>What each example of a split scored, so that two runs can be compared example by example.</summary>
/// <param name="Sha256">Of the examples' values as the model saw them, in their order: equal for runs that were judged by the same examples.</param>
/// <param name="Columns">By the names of <c>evaluate</c>: one number for each example, nats.</param>
public sealed record ExampleScores(string Sha256, IReadOnlyDictionary<string, double[]> Columns)
{
    /// <summary>Where the newest scores of the examples of a split lie.</summary>
    public static string PathOf(RunFolder folder, string split, string checkpoint)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Path.Combine(folder.ScoresPath, $"{split}-{checkpoint}.csv");
    }

    /// <summary>Writes a csv: one row for each example, digits enough to read the same numbers back.</summary>
    public void Write(string path)
    {
        var text = new StringBuilder(string.Join(',', Columns.Keys)).Append('\n');
        var count = Columns.Values.First().Length;
        for (var row = 0; row < count; row++) text.AppendJoin(',', Columns.Values.Select(column => column[row].ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        AtomicFile.EnsureFolder(Path.GetDirectoryName(path)!);
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is not there or not whole.</summary>
    public static ExampleScores? Read(string path, string sha256)
    {
        if (!File.Exists(path)) return null;
        var lines = File.ReadAllLines(path);
        if (lines is []) return null;
        var names = lines[0].Split(',');
        var columns = names.Select(_ => new double[lines.Length - 1]).ToArray();
        for (var row = 1; row < lines.Length; row++)
        {
            var cells = lines[row].Split(',');
            if (cells.Length != names.Length) return null;
            for (var column = 0; column < cells.Length; column++)
            {
                if (!double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out columns[column][row - 1])) return null;
            }
        }
        return new ExampleScores(sha256, names.Zip(columns).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>Gathers scores batch by batch.</summary>
    internal sealed class Collector : IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly Dictionary<string, List<double>> columns = [];

        internal void See(ReadOnlySpan<float> values) => hash.AppendData(MemoryMarshal.AsBytes(values));

        internal List<double> this[string name] => columns.TryGetValue(name, out var column) ? column : columns[name] = [];

        internal ExampleScores Scores() => new(
            Convert.ToHexStringLower(hash.GetCurrentHash()), columns.Where(column => column.Value.Count > 0).ToDictionary(column => column.Key, column => column.Value.ToArray()));

        public void Dispose() => hash.Dispose();
    }
}
