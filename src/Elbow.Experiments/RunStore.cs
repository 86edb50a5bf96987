using System.Text.Json;
using Elbow.Experiments.Storage;

namespace Elbow.Experiments;

/// <summary>A folder that is no readable run.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Reason">One sentence.</param>
public sealed record SkippedRun(string Path, string Reason);

/// <summary>The runs of a store.</summary>
/// <param name="Runs">Oldest first.</param>
/// <param name="Skipped">Folders that are no readable run, with the reason.</param>
public sealed record RunList(IReadOnlyList<RunFolder> Runs, IReadOnlyList<SkippedRun> Skipped);

/// <summary>A folder of runs, usually <c>runs/</c>.</summary>
/// <param name="root">Created with the first run.</param>
/// <param name="time">Names and stamps the runs.</param>
public sealed class RunStore(string root, TimeProvider time)
{
    private const int LongestName = 100;

    /// <summary>Absolute path of the store.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>
    /// Creates <c>yyyyMMdd-HHmmss-name</c> (UTC; -2, -3 is added when it is taken) with configuration, environment and empty folders.
    /// </summary>
    /// <param name="name">Letters, digits, dots, dashes, underscores.</param>
    /// <param name="config">The fully resolved configuration as JSON text.</param>
    /// <param name="environment">What the run is made with.</param>
    /// <returns>The lock of the new run; dispose it when the run ends.</returns>
    /// <exception cref="UserException">A bad name, or the store must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public RunLock Create(string name, string config, EnvironmentInfo environment)
    {
        var run = CreateEmpty(CheckName(name));
        var complete = false;
        try
        {
            foreach (var folder in run.Folder.Folders)
            {
                Directory.CreateDirectory(folder);
            }

            AtomicFile.WriteText(run.Folder.ConfigPath, config);
            AtomicFile.WriteText(run.Folder.EnvironmentPath, JsonSerializer.Serialize(environment, ElbowJson.Document) + "\n");
            Disk.Real.SyncFolder(Root);
            complete = true;
            return run;
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, run.Folder.Root);
        }
        finally
        {
            if (!complete)
            {
                run.Dispose();
            }
        }
    }

    /// <summary>Opens every run in the store; broken folders are reported, hidden ones ignored.</summary>
    /// <exception cref="UserException">The store does not exist or cannot be read.</exception>
    public RunList List()
    {
        List<RunFolder> runs = [];
        List<SkippedRun> skipped = [];
        foreach (var path in Folders())
        {
            try
            {
                runs.Add(RunFolder.Open(path));
            }
            catch (UserException e)
            {
                skipped.Add(new SkippedRun(path, e.What));
            }
        }

        return new RunList(runs, skipped);
    }

    // Two processes may agree on a name, but only one of them creates its lock file.
    private RunLock CreateEmpty(string name)
    {
        var stem = $"{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}-{name}";
        for (var n = 1; ; n++)
        {
            var run = new RunFolder(Path.Combine(Root, n == 1 ? stem : $"{stem}-{n}"));
            if (Path.Exists(run.Root))
            {
                continue;
            }

            try
            {
                Directory.CreateDirectory(run.Root);
            }
            catch (Exception e) when (DiskError.IsDisk(e))
            {
                throw DiskError.WhileWriting(e, run.Root);
            }

            if (FileLock.TryCreate(run.LockPath, time) is { } taken)
            {
                return new RunLock(run, taken);
            }
        }
    }

    private string[] Folders()
    {
        try
        {
            return [.. Directory.EnumerateDirectories(Root)
                .Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, Root);
        }
    }

    private static string CheckName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-')
            ? name
            : throw new UserException(
                $"'{name}' cannot name a run", $"use 1 to {LongestName} letters, digits, dots, dashes and underscores");
}
