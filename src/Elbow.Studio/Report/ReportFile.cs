using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Studio.Logs;
using Elbow.Studio.Page;
using Elbow.Studio.Runs;

namespace Elbow.Studio.Report;

/// <summary>
/// Writes the studio's page with the answers and files of some runs inside, as one file that works offline:
/// <c>{"documents": {address: answer}, "files": {address: base64}, "left out": [text]}</c> in a script element that the page reads.
/// </summary>
public static class ReportFile
{
    private const int CurvePoints = 1000, MostPictures = 40;
    private const long LargestFile = 1L << 26;

    /// <summary>Whether the studio's page was built into this Elbow; without it there is nothing to write a report with.</summary>
    public static bool IsPossible => PageFiles.IsBuilt;

    /// <summary>Writes the report; the file is there whole or not at all.</summary>
    /// <param name="runs">Run folders; at least one.</param>
    /// <param name="path">The file.</param>
    /// <returns>What was left out, one sentence each.</returns>
    /// <exception cref="UserException">A path is no run, the page was not built, or the file must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public static IReadOnlyList<string> Write(IReadOnlyList<string> runs, string path) => Write(runs, path, IsPossible ? PageFiles.Index() : throw new UserException(
        "the studio's page was not built into this elbow, so there is nothing to write the report with", "install Node.js with npm and run ./elbow report again: it builds the page first"));

    internal static IReadOnlyList<string> Write(IReadOnlyList<string> runs, string path, string page)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (Directory.Exists(path)) throw new UserException($"--out {path} is a folder", "name a file in it");
        var opened = Open(runs);
        var leftOut = new List<string>();
        // Before the first script, so that it is there when the page's own begins; and after the head's first lines, which name the encoding.
        var at = page.IndexOf("<script", StringComparison.OrdinalIgnoreCase);
        if (at < 0) at = page.IndexOf("</head>", StringComparison.OrdinalIgnoreCase);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes(page[..at]));
            stream.Write("<script type=\"application/json\" id=\"elbow-report\">"u8);
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { MaxDepth = StudioJson.Options.MaxDepth })) WriteContent(json, opened, leftOut);
            stream.Write("</script>\n"u8);
            stream.Write(Encoding.UTF8.GetBytes(page[at..]));
        });
        return leftOut;
    }

    // Folders of one name from two places: the second is called name-2.
    private static List<StudioRun> Open(IReadOnlyList<string> paths)
    {
        var opened = new List<StudioRun>();
        foreach (var folder in paths.Select(path => RunFolder.Open(path)).DistinctBy(folder => folder.Root))
        {
            var id = Enumerable.Range(1, int.MaxValue).Select(n => n == 1 ? folder.Name : $"{folder.Name}-{n}").First(name => !opened.Exists(run => run.Id == name));
            var run = new StudioRun(folder, id);
            run.ReadWhole();
            opened.Add(run);
        }
        return opened;
    }

    private static void WriteContent(Utf8JsonWriter json, IReadOnlyList<StudioRun> runs, List<string> leftOut)
    {
        json.WriteStartObject();
        json.WriteStartObject("documents");
        Document("/api/runs", new RunTable(
            "", [.. runs.Select(run => run.Summary)], [.. runs.Where(run => run.Trouble is not null).Select(run => new Skipped(run.Id, run.Trouble!))]));
        var details = runs.ToDictionary(run => run, run => run.Detail());
        foreach (var run in runs)
        {
            Document(Address(run), details[run]);
            Document(Address(run) + "/curves", run.Curves(null, CurvePoints));
            Document(Address(run) + "/latents", run.Latents());
            Document(Address(run) + "/anatomy", run.Anatomy());
        }
        Document("/api/compare", RunTableau.Of(runs));
        json.WriteEndObject();
        json.WriteStartObject("files");
        var decodes = false;
        foreach (var run in runs)
        {
            foreach (var file in Pictures(details[run], leftOut).Concat(ExplorerFiles(run)))
            {
                if (Read(run, file, leftOut) is not { } bytes) continue;
                json.WriteBase64String($"{Address(run)}/files/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}", bytes);
                decodes |= file == "explorer/decoder.onnx";
            }
        }
        if (decodes && Runtime() is { } runtime) json.WriteBase64String("/ort-wasm.gz", runtime);
        json.WriteEndObject();
        json.WriteStartArray("left out");
        foreach (var text in leftOut) json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteEndObject();

        void Document<T>(string address, T answer)
        {
            json.WritePropertyName(address);
            JsonSerializer.Serialize(json, answer, StudioJson.Options);
        }
    }

    private static string Address(StudioRun run) => $"/api/runs/{Uri.EscapeDataString(run.Id)}";

    private static IEnumerable<string> Pictures(Detail run, List<string> leftOut)
    {
        foreach (var kind in run.Pictures.GroupBy(picture => picture.Kind))
        {
            PictureNote[] all = [.. kind];
            if (all.Length > MostPictures) leftOut.Add($"{run.Id}: {all.Length - MostPictures} of {all.Length} pictures in {kind.Key}/, evenly over the epochs");
            foreach (var k in Downsampling.Even(all.Length, MostPictures)) yield return all[k].Path;
        }
    }

    private static string[] ExplorerFiles(StudioRun run)
    {
        var folder = Path.Combine(run.Folder.Root, "explorer");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(file => $"explorer/{Path.GetFileName(file)}").Where(file => InsideRun.Find(run.Folder.Root, file) is not null).Order(StringComparer.Ordinal)] : [];
    }

    private static byte[]? Read(StudioRun run, string file, List<string> leftOut)
    {
        try
        {
            if (InsideRun.Find(run.Folder.Root, file) is var (found, _))
            {
                if (new FileInfo(found).Length <= LargestFile) return File.ReadAllBytes(found);
                leftOut.Add($"{run.Id}: {file}, which is larger than {LargestFile >> 20} MB");
                return null;
            }
            leftOut.Add($"{run.Id}: {file}, which is not there any more");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            leftOut.Add($"{run.Id}: {file}, which cannot be read ({e.Message})");
        }
        return null;
    }

    private static byte[]? Runtime()
    {
        if (PageFiles.All.FirstOrDefault(name => name.EndsWith(".wasm", StringComparison.Ordinal)) is not { } name) return null;
        using var file = PageFiles.Open(name)!;
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) file.CopyTo(gzip);
        return packed.ToArray();
    }
}
