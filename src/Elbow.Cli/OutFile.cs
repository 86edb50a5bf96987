using System.CommandLine;
using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Experiments.Storage;

namespace Elbow.Cli;

/// <summary>The file a command is asked to write: its ending chooses the format. Checked before any work is done.</summary>
internal sealed class OutFile
{
    private OutFile(string path, string kind) => (Path, Kind) = (path, kind);

    internal string Path { get; }

    /// <summary>png, npy or csv.</summary>
    internal string Kind { get; }

    internal static Option<string> Option() => new("--out") { Description = "file to write: .png, .npy or .csv", HelpName = "FILE", Required = true };

    /// <exception cref="UserException">Another ending, or no such folder.</exception>
    internal static OutFile Of(string path)
    {
        var kind = System.IO.Path.GetExtension(path).ToLowerInvariant();
        if (kind is not (".png" or ".npy" or ".csv")) throw new UserException($"--out {path} ends in neither .png nor .npy nor .csv", "choose one of these endings: it says what is written");
        if (Directory.Exists(path)) throw new UserException($"--out {path} is a folder", "name a file in it");
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new UserException($"--out {path}: there is no folder {folder}", $"create it: mkdir -p {folder}");
        return new OutFile(path, kind[1..]);
    }

    /// <summary>For commands whose PNG shows examples as pictures.</summary>
    /// <exception cref="UserException">PNG is asked for and the data are no pictures.</exception>
    internal OutFile MustFit(DataShape shape) => Kind != "png" || shape.IsImage ? this : throw new UserException(
        $"the data are vectors of {shape.Size} numbers, which have no picture",
        $"write numbers: --out {System.IO.Path.ChangeExtension(Path, ".npy")} or {System.IO.Path.ChangeExtension(Path, ".csv")}");

    /// <summary>For commands that are told how many examples to write.</summary>
    /// <exception cref="UserException">More than one array or sheet holds.</exception>
    internal void MustHold(DataShape shape, long count)
    {
        var most = Kind == "png" ? ImageGrid.Most(shape) : Array.MaxLength / shape.Size;
        if (count > most) throw new UserException($"{count} examples of {shape.Size} numbers do not fit into one file", $"write at most {most} at once");
    }

    internal void Png(byte[] bytes) => AtomicFile.WriteBytes(Path, bytes);

    internal void Npy(float[] values, params int[] dims) => AtomicFile.Write(Path, stream => Elbow.Data.Formats.Npy.Write(stream, values, dims));

    internal void Csv(IReadOnlyList<string> columns, float[] values, params IReadOnlyList<LabelColumn> labels) => AtomicFile.Write(Path, stream =>
    {
        using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        Elbow.Data.Formats.Csv.Write(text, columns, values, labels);
    });

    /// <summary>The axes of one example in an npy file: none are lost for pictures, none are invented for vectors.</summary>
    internal static int[] Axes(DataShape shape) =>
        shape.IsVector ? [shape.Size] : shape.Channels == 1 ? [shape.Height, shape.Width] : [shape.Channels, shape.Height, shape.Width];

    /// <summary><c>x0, x1, …</c></summary>
    internal static string[] Names(string stem, int count) => [.. Enumerable.Range(0, count).Select(j => $"{stem}{j}")];

    /// <summary>A file beside this one: <c>z.npy</c> → <c>z-NAME.npy</c>.</summary>
    internal OutFile Beside(string name) =>
        new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", $"{System.IO.Path.GetFileNameWithoutExtension(Path)}-{name}.{Kind}"), Kind);
}
