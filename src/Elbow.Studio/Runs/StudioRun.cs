using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Studio.Logs;

namespace Elbow.Studio.Runs;

/// <summary>
/// One run, as far as it was read. <see cref="Refresh"/> looks at what has changed on the disk; a log is first looked at by its ends only,
/// and read whole when there is time (<see cref="ReadWhole"/>) or when somebody asks for its curves (<see cref="Columns"/>).
/// </summary>
/// <param name="folder">The run.</param>
/// <param name="id">What it is called here; by default the name of its folder.</param>
internal sealed class StudioRun(RunFolder folder, string? id = null)
{
    private const int SparklinePoints = 64;

    // Asking for the lock of every finished run twice a second would be most of the work.
    private const int LockEvery = 10;

    // Two gates, so that the list need not wait for a million steps to be read for a drawing.
    private readonly Lock gate = new(), columnsGate = new();
    private readonly RunDocument config = new(folder.ConfigPath), environment = new(folder.EnvironmentPath), metrics = new(folder.MetricsPath);
    private readonly RunDocument notes = new(Path.Combine(folder.Root, NotesFile.Name));
    private readonly LogCursor digestCursor = new(folder.EventsPath);
    private LogCursor columnsCursor = new(folder.EventsPath);
    private RunColumns columns = new();
    private RunDigest digest = new();
    private FileStamp? log;
    private FileStamp? columnsLog;
    private FileStamp taken;
    private RunStatus status = RunStatus.Killed;
    private int sinceLock;
    private bool whole;
    private Summary? summary;
    private long used, columnsBytes;
    private static long uses;

    internal RunFolder Folder => folder;

    internal string Id { get; } = id ?? folder.Name;

    /// <summary>Bytes of the log.</summary>
    internal long LogLength => log?.Length ?? 0;

    /// <summary>Whether the log was read from end to end, so that the sparkline is there.</summary>
    internal bool IsWhole => whole;

    /// <summary>Why the log cannot be read; null when it can.</summary>
    internal string? Trouble { get; private set; }

    /// <summary>Bytes read of the log so far, for the list and for drawings.</summary>
    internal (long Digest, long Columns) BytesRead => (digestCursor.BytesRead, columnsCursor.BytesRead);

    internal Summary Summary
    {
        get
        {
            lock (gate) return summary ??= Summarise();
        }
    }

    /// <summary>Looks whether anything has changed, and reads what is new.</summary>
    /// <returns>Whether the summary is another than before.</returns>
    internal bool Refresh()
    {
        lock (gate)
        {
            var changed = config.Refresh() | environment.Refresh() | metrics.Refresh() | notes.Refresh();
            var now = FileStamp.Of(folder.EventsPath);
            var logChanged = now != log;
            if (logChanged)
            {
                log = now;
                Try(() =>
                {
                    if (whole) digestCursor.Read(digest);
                    else digest = QuickLook.At(folder.EventsPath);
                });
            }
            changed |= logChanged | RefreshStatus(logChanged);
            if (changed) summary = null;
            return changed;
        }
    }

    /// <summary>Reads the log from end to end, once. Not by two at a time.</summary>
    internal void ReadWhole()
    {
        if (whole) return;
        var all = new RunDigest();
        Try(() => digestCursor.Read(all));
        lock (gate) (digest, whole, summary, log) = (all, true, null, null);
        Refresh();
    }

    /// <summary>Lets <paramref name="look"/> see the columns, with everything in them that the log says now.</summary>
    internal T Columns<T>(Func<RunColumns, T> look)
    {
        lock (columnsGate)
        {
            var now = FileStamp.Of(folder.EventsPath);
            if (now != columnsLog && Try(() => columnsCursor.Read(columns))) columnsLog = now;
            (used, columnsBytes) = (Interlocked.Increment(ref uses), columns.Bytes);
            return look(columns);
        }
    }

    /// <summary>Bytes that the columns take; 0 when nobody has asked for them.</summary>
    internal long ColumnsBytes => Volatile.Read(ref columnsBytes);

    /// <summary>Greater for a run whose columns were asked for later.</summary>
    internal long ColumnsUsed => Volatile.Read(ref used);

    /// <summary>Forgets the columns; they are read anew when somebody asks.</summary>
    internal void ForgetColumns()
    {
        lock (columnsGate) (columns, columnsCursor, columnsLog, columnsBytes) = (new RunColumns(), new LogCursor(folder.EventsPath), null, 0);
    }

    /// <summary>Keeps what a person wrote.</summary>
    /// <exception cref="UserException">The run must not be written.</exception>
    internal RunNotes Write(RunNotes written)
    {
        lock (gate)
        {
            NotesFile.Write(folder.Root, written);
            if (notes.Refresh()) summary = null;
            return NotesFile.Read(notes.Json);
        }
    }

    /// <summary>The files as they are.</summary>
    internal (RawJson? Config, RawJson? Environment, RawJson? Metrics) Documents => (config.Json, environment.Json, metrics.Json);

    private bool RefreshStatus(bool logChanged)
    {
        var (before, locked) = (status, FileStamp.Of(Path.Combine(folder.Root, ".lock")));
        if (!logChanged && locked == taken && before != RunStatus.Running && ++sinceLock < LockEvery) return false;
        (taken, sinceLock) = (locked, 0);
        status = locked.Length >= 0 && IsHeld() ? RunStatus.Running : digest.Ending;
        return status != before;
    }

    private bool IsHeld()
    {
        try
        {
            return !InsideRun.IsLink(Path.Combine(folder.Root, ".lock")) && FileLock.IsHeld(Path.Combine(folder.Root, ".lock"));
        }
        catch (UserException)
        {
            // Not ours to read: then the log alone says what became of the run.
            return false;
        }
    }

    private bool Try(Action read)
    {
        try
        {
            if (InsideRun.IsLink(folder.EventsPath)) throw new IOException("it is a link, and links are not followed");
            read();
            Trouble = null;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble = $"events.jsonl cannot be read: {e.Message}";
            return false;
        }
    }

    private Summary Summarise()
    {
        var facts = ConfigFacts.Of(config.Json, environment.Json);
        var written = NotesFile.Read(notes.Json);
        var values = digest.LastTerms().ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in MetricsFacts.Of(metrics.Json)) values[name] = value;
        return new Summary(new RunFacts(
            Id, NameOf(folder.Name), status, digest.Reason, digest.Started, digest.Updated ?? digest.Started, digest.Epoch, digest.Planned ?? facts.Epochs, digest.Step,
            facts.Objective, facts.Prior, facts.Likelihood, facts.Encoder, facts.Decoder, facts.Posterior, facts.LatentDim, facts.Data, facts.Seed,
            whole ? digest.Sparkline(SparklinePoints) : [], written.Tags, written.Notes), values);
    }

    // 20260131-120000-name → name
    private static string NameOf(string id) =>
        id.Length > 16 && id[8] == '-' && id[15] == '-' && id.AsSpan(0, 8).IndexOfAnyExceptInRange('0', '9') < 0 && id.AsSpan(9, 6).IndexOfAnyExceptInRange('0', '9') < 0 ? id[16..] : id;
}
