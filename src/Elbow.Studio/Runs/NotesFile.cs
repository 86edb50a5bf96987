using System.Text.Json;
using Elbow.Experiments;
using Elbow.Experiments.Storage;

namespace Elbow.Studio.Runs;

/// <summary><c>notes.json</c>: what a person wrote about a run. The only file that the studio writes.</summary>
internal static class NotesFile
{
    internal const string Name = "notes.json";

    private const int MostTags = 50, LongestTag = 100, LongestNotes = 20_000;

    private static readonly JsonSerializerOptions Document = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Reads what it can: anything that is not a text is passed over.</summary>
    internal static RunNotes Read(RawJson? file)
    {
        if (file?.Element() is not { ValueKind: JsonValueKind.Object } root) return RunNotes.None;
        var tags = root.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => Cut(tag.GetString()!, LongestTag)).Take(MostTags)
            : [];
        var notes = root.TryGetProperty("notes", out var text) && text.ValueKind == JsonValueKind.String ? Cut(text.GetString()!, LongestNotes) : "";
        return new RunNotes([.. tags], notes);
    }

    /// <summary>What is wrong with notes that somebody sends; null when nothing is.</summary>
    internal static string? Complaint(RunNotes notes) =>
        notes.Tags.Count > MostTags ? $"there are {notes.Tags.Count} tags, and at most {MostTags} are kept"
        : notes.Tags.Any(tag => tag is null || tag.Length is 0 or > LongestTag) ? $"a tag is empty or longer than {LongestTag} characters"
        : notes.Notes.Length > LongestNotes ? $"the notes are longer than {LongestNotes} characters"
        : null;

    /// <exception cref="UserException">The run must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    internal static void Write(string run, RunNotes notes)
    {
        // A planted link would lead the writer out of the run.
        foreach (var name in new[] { Name, $".{Name}.new" })
        {
            if (InsideRun.IsLink(Path.Combine(run, name))) throw new UserException($"{name} of the run is a link, and links are not followed", "remove the link");
        }
        AtomicFile.WriteText(Path.Combine(run, Name), JsonSerializer.Serialize(notes, Document) + "\n");
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
