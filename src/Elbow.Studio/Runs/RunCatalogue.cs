using System.Collections.Concurrent;
using Elbow.Experiments;

namespace Elbow.Studio.Runs;

/// <summary>The runs of a folder, as they are now.</summary>
/// <param name="root">The folder; it need not exist yet.</param>
/// <param name="feed">Told what has changed.</param>
/// <param name="time">Keeps looks apart.</param>
internal sealed class RunCatalogue(string root, ChangeFeed feed, TimeProvider time)
{
    private const long MostColumns = 1L << 29, LongLog = 1L << 22;

    // Many requests at once share one look at the disk.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(200);

    private readonly Lock scan = new();
    private readonly ConcurrentDictionary<string, StudioRun> runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FolderStamp> opened = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (FolderStamp Stamp, string Reason)> skipped = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long looked = long.MinValue;

    /// <summary>Absolute path of the folder.</summary>
    internal string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Newest first.</summary>
    internal IReadOnlyList<StudioRun> Runs => [.. runs.Values.OrderByDescending(run => run.Folder.Name, StringComparer.Ordinal)];

    /// <summary>The run of that name; null without one.</summary>
    internal StudioRun? Find(string id)
    {
        if (!runs.ContainsKey(id)) Refresh();
        return runs.GetValueOrDefault(id);
    }

    /// <summary>Completed when the list was asked for: what can wait waits for that.</summary>
    internal Task Asked => asked.Task;

    /// <summary>What <c>GET /api/runs</c> answers.</summary>
    internal RunTable Table()
    {
        Refresh();
        var there = Runs;
        var table = new RunTable(
            Root,
            [.. there.Select(run => run.Summary)],
            [
                .. skipped.OrderBy(folder => folder.Key, StringComparer.Ordinal).Select(folder => new Skipped(folder.Key, folder.Value.Reason)),
                .. there.Where(run => run.Trouble is not null).Select(run => new Skipped(run.Folder.EventsPath, run.Trouble!)),
            ]);
        asked.TrySetResult();
        return table;
    }

    /// <summary>Keeps what a person wrote about a run, and tells the others.</summary>
    /// <exception cref="UserException">The run must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    internal RunNotes Write(StudioRun run, RunNotes notes)
    {
        var kept = run.Write(notes);
        feed.Publish(run);
        return kept;
    }

    /// <summary>Looks at the disk, unless that was done a moment ago.</summary>
    internal void Refresh(bool now = false)
    {
        lock (scan)
        {
            if (!now && looked != long.MinValue && time.GetElapsedTime(looked) < Fresh) return;
            var names = Names();
            foreach (var gone in runs.Keys.Where(name => !names.Contains(name))) Remove(gone);
            foreach (var gone in skipped.Keys.Where(path => !names.Contains(Path.GetFileName(path)))) skipped.TryRemove(gone, out _);
            Parallel.ForEach(names, Look);
            looked = time.GetTimestamp();
        }
    }

    /// <summary>Reads from end to end the logs of which only the ends are known, the short ones first. For one caller.</summary>
    internal void ReadWhole(CancellationToken stop)
    {
        // One at a time: the other processors are for those who look at the page.
        foreach (var run in runs.Values.Where(run => !run.IsWhole).OrderBy(run => run.LogLength).ToArray())
        {
            if (stop.IsCancellationRequested) return;
            run.ReadWhole();
            feed.Publish(run);
        }
    }

    /// <summary>Makes long logs ready to be drawn while nobody waits, and forgets what nobody looked at for longest when too much is held.</summary>
    internal void TendColumns(CancellationToken stop)
    {
        var held = runs.Values.Sum(run => run.ColumnsBytes);
        foreach (var run in runs.Values.Where(run => run.ColumnsBytes > 0).OrderBy(run => run.ColumnsUsed))
        {
            if (held <= MostColumns) break;
            held -= run.ColumnsBytes;
            run.ForgetColumns();
        }
        foreach (var run in runs.Values.Where(run => run.LogLength >= LongLog && run.ColumnsUsed == 0).OrderByDescending(run => run.Folder.Name, StringComparer.Ordinal))
        {
            if (stop.IsCancellationRequested || held + run.LogLength / 2 > MostColumns / 2) return;
            held += run.Columns(columns => columns.Bytes);
        }
    }

    private void Look(string name)
    {
        try
        {
            LookAt(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Taken away while we look: the next look says so.
        }
    }

    private void LookAt(string name)
    {
        var path = Path.Combine(Root, name);
        var stamp = FolderStamp.Of(path);
        if (!runs.TryGetValue(name, out var run) || opened[name] != stamp)
        {
            // What would not be opened now is no run any more, whatever it was before.
            var now = TryOpen(path, stamp);
            if (now is null)
            {
                Remove(name);
                return;
            }
            opened[name] = stamp;
            run = runs.GetOrAdd(name, now);
        }
        if (run.Refresh()) feed.Publish(run);
    }

    private void Remove(string name)
    {
        if (runs.TryRemove(name, out var run)) feed.Vanish(run.Folder.Name);
        opened.TryRemove(name, out _);
    }

    private StudioRun? TryOpen(string path, FolderStamp stamp)
    {
        if (skipped.TryGetValue(path, out var before) && before.Stamp == stamp) return null;
        if (ReasonToSkip(path, stamp) is { } reason)
        {
            skipped[path] = (stamp, reason);
            return null;
        }
        try
        {
            var run = new StudioRun(RunFolder.Open(path));
            skipped.TryRemove(path, out _);
            return run;
        }
        catch (UserException e)
        {
            skipped[path] = (stamp, e.What);
            return null;
        }
    }

    private static string? ReasonToSkip(string path, FolderStamp stamp) =>
        InsideRun.IsLink(path) ? "it is a link, and links are not followed: start the studio on the folder that it leads to"
        : InsideRun.IsLink(Path.Combine(path, "environment.json")) ? "its environment.json is a link, and links are not followed"
        : stamp.Environment.Length > RunDocument.Largest ? "its environment.json is larger than any that Elbow writes"
        : stamp.Environment.Length == 0 ? "its environment.json is empty"
        : null;

    private HashSet<string> Names()
    {
        try
        {
            return [.. Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.'))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there yet, or taken away while somebody looks: no runs.
            return [];
        }
    }

    private readonly record struct FolderStamp(FileStamp Config, FileStamp Environment, UnixFileMode Mode)
    {
        internal static FolderStamp Of(string path) => new(
            FileStamp.Of(Path.Combine(path, "config.json")), FileStamp.Of(Path.Combine(path, "environment.json")),
            OperatingSystem.IsWindows() || !Directory.Exists(path) ? default : File.GetUnixFileMode(path));
    }
}
