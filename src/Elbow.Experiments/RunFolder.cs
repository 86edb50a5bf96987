using System.Text.Json;
using Elbow.Experiments.Storage;

namespace Elbow.Experiments;

/// <summary>
/// One run on the disk: where everything lies, and what became of it. Reading needs no lock and changes nothing; writing takes
/// <see cref="Lock"/>.
/// </summary>
public sealed class RunFolder
{
    /// <summary>The format that this version writes; it reads this and all earlier ones.</summary>
    public const int Format = 1;

    internal RunFolder(string root) => Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Absolute path of the folder.</summary>
    public string Root { get; }

    /// <summary>Name of the folder: <c>yyyyMMdd-HHmmss-name</c>.</summary>
    public string Name => Path.GetFileName(Root);

    /// <summary>The fully resolved configuration.</summary>
    public string ConfigPath => At("config.json");

    /// <summary>Versions, machine, seed and data: <see cref="EnvironmentInfo"/>. Written last when a run is created.</summary>
    public string EnvironmentPath => At("environment.json");

    /// <summary>The log: <see cref="EventLog"/>, <see cref="EventLogReader"/>.</summary>
    public string EventsPath => At("events.jsonl");

    /// <summary>Results: <see cref="MetricsFile"/>.</summary>
    public string MetricsPath => At("metrics.json");

    /// <summary>Folder of the checkpoints.</summary>
    public string CheckpointsPath => At("checkpoints");

    /// <summary>Folder of pictures drawn from the prior.</summary>
    public string SamplesPath => At("samples");

    /// <summary>Folder of reconstructions.</summary>
    public string ReconPath => At("recon");

    /// <summary>Folder of codes and latent-space pictures.</summary>
    public string LatentPath => At("latent");

    /// <summary>Folder of TensorBoard's event files.</summary>
    public string TensorBoardPath => At("tensorboard");

    /// <summary>Folder of what each example scored, made by the first evaluation.</summary>
    public string ScoresPath => At("scores");

    /// <summary>Folder of what the latent explorer shows; read it where <see cref="FindExplorer"/> says.</summary>
    public string ExplorerPath => At("explorer");

    internal string LockPath => At(".lock");

    internal IReadOnlyList<string> Folders => [CheckpointsPath, SamplesPath, ReconPath, LatentPath, TensorBoardPath];

    /// <summary>Opens an existing run for reading.</summary>
    /// <exception cref="UserException">Not there, not a run folder, unreadable, or written by a newer version of Elbow.</exception>
    public static RunFolder Open(string path)
    {
        var run = new RunFolder(path);
        if (!Directory.Exists(run.Root))
        {
            throw File.Exists(run.Root)
                ? new UserException($"{run.Root} is a file, not a run folder", "give the folder that the file lies in")
                : new UserException($"there is no run folder {run.Root}", "check the path; runs lie in runs/ unless --out said else");
        }

        var missing = new[] { run.ConfigPath, run.EnvironmentPath }.Where(file => !File.Exists(file)).Select(Path.GetFileName).ToArray();
        if (missing.Length > 0)
        {
            MustBeReadable(run.Root);
            throw new UserException(
                $"{run.Root} is not a complete run folder: {string.Join(" and ", missing)} missing",
                "give a folder that elbow train made, or train again if it was stopped in its first second");
        }

        run.CheckFormat();
        return run;
    }

    /// <summary>Where a checkpoint is written (with <see cref="AtomicFolder.Replace(string, Action{string})"/>).</summary>
    /// <param name="name">last, best or epoch-N.</param>
    /// <exception cref="UserException">Not such a name.</exception>
    public string CheckpointPath(string name) =>
        name is "last" or "best" || (name.StartsWith("epoch-", StringComparison.Ordinal) && uint.TryParse(name.AsSpan(6), out _))
            ? Path.Combine(CheckpointsPath, name)
            : throw new UserException($"'{name}' is not the name of a checkpoint", "use last, best or epoch-N");

    /// <summary>Where a checkpoint can be read now, also after a kill in the middle of replacing it.</summary>
    /// <param name="name">last, best or epoch-N.</param>
    /// <exception cref="UserException">The run has no such checkpoint; the message names those it has.</exception>
    public string FindCheckpoint(string name)
    {
        if (AtomicFolder.Find(CheckpointPath(name)) is { } path)
        {
            return path;
        }

        var there = ListCheckpoints();
        throw new UserException(
            $"run {Name} has no checkpoint '{name}'",
            there.Count == 0 ? "it has none at all: train it again" : $"it has: {string.Join(", ", there)}");
    }

    /// <summary>Where the explorer's files can be read now, also after a kill in the middle of replacing them; null when the run has none.</summary>
    public string? FindExplorer() => AtomicFolder.Find(ExplorerPath);

    /// <summary>Names of the checkpoints that can be read now, sorted.</summary>
    public IReadOnlyList<string> ListCheckpoints()
    {
        try
        {
            return !Directory.Exists(CheckpointsPath) ? [] : [.. Directory.EnumerateDirectories(CheckpointsPath)
                .Select(path => Path.GetFileName(path))
                .Select(leaf => leaf.StartsWith('.') && leaf.EndsWith(".old", StringComparison.Ordinal) ? leaf[1..^4] : leaf)
                .Where(name => !name.StartsWith('.'))
                .Distinct()
                .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, CheckpointsPath);
        }
    }

    /// <summary>Reads <c>environment.json</c>.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public EnvironmentInfo ReadEnvironment() => Read(
        EnvironmentPath,
        text => JsonSerializer.Deserialize<EnvironmentInfo>(text, ElbowJson.Document) ?? throw new JsonException("it holds nothing"));

    /// <summary>What became of the run, from its lock and the end of its log.</summary>
    /// <exception cref="UserException">The log cannot be read.</exception>
    public RunStatus ReadStatus()
    {
        if (FileLock.IsHeld(LockPath))
        {
            return RunStatus.Running;
        }

        var tail = EventLogReader.ReadTail(EventsPath);
        var last = tail.LastOrDefault(e => e is Finished or Interrupted or Failed or Started or Imported or Resumed);
        return last switch
        {
            Finished => RunStatus.Finished,
            // Its weights were trained elsewhere: nothing is left undone once they are the last checkpoint.
            Imported when tail.Any(e => e is CheckpointSaved { Name: "last" }) => RunStatus.Finished,
            Interrupted => RunStatus.Interrupted,
            Failed => RunStatus.Failed,
            _ => RunStatus.Killed,
        };
    }

    /// <summary>Takes the run for writing (training, resuming), and repairs what a kill left half-done in its checkpoints.</summary>
    /// <exception cref="UserException">Another process has it (the message names it), or the folder is read-only.</exception>
    public RunLock Lock(TimeProvider time) =>
        FileLock.TryTake(LockPath, time) is { } taken
            ? new RunLock(this, taken)
            : throw new UserException(
                $"run {Name} is in use by {FileLock.ReadOwner(LockPath)?.ToString() ?? "another process"}",
                "wait until that process ends or stop it (Ctrl-C saves its state), then try again");

    private void CheckFormat()
    {
        var format = Read(EnvironmentPath, text => JsonDocument.Parse(text).RootElement.GetProperty("format").GetInt32());
        if (format > Format)
        {
            throw new UserException(
                $"{Root} was written by a newer Elbow (run format {format}; this one reads up to {Format})", "update Elbow");
        }
    }

    // What may not be entered looks as if it held nothing.
    private static void MustBeReadable(string folder)
    {
        try
        {
            _ = Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, folder);
        }
    }

    private static T Read<T>(string path, Func<string, T> parse)
    {
        try
        {
            return parse(File.ReadAllText(path));
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, path);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UserException(
                $"{path} is damaged: {e.Message.ReplaceLineEndings(" ")}", "restore it from a copy, or train again", e);
        }
    }

    private string At(string name) => Path.Combine(Root, name);
}
