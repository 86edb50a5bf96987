using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments.Storage;

namespace Elbow.Experiments;

/// <summary>One result of evaluate or anatomy, with everything needed to compare it with another.</summary>
/// <param name="Kind">Command that made it: <c>evaluate</c>, <c>anatomy</c>, ...</param>
/// <param name="Split">Split it was measured on.</param>
/// <param name="DataSha256">Hash of the data.</param>
/// <param name="Estimator">How it was estimated, with its settings.</param>
/// <param name="SampleCounts">What was drawn how often: examples, importance samples, ...</param>
/// <param name="Checkpoint">last, best or epoch-N.</param>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Values">The numbers, in nats unless a name says otherwise.</param>
/// <param name="Step">Optimiser steps after which the checkpoint was made: training on replaces it under the same name. Null in entries from before this was kept.</param>
public sealed record MetricsEntry(
    string Kind,
    string Split,
    string DataSha256,
    string Estimator,
    IReadOnlyDictionary<string, long> SampleCounts,
    string Checkpoint,
    DateTimeOffset Timestamp,
    JsonObject Values,
    long? Step = null);

/// <summary><c>metrics.json</c>: a list of results that only grows. Safe against kills and against two commands that add at once.</summary>
/// <param name="path">The file; its folder must exist.</param>
/// <param name="time">Stamps the lock.</param>
public sealed class MetricsFile(string path, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string path = Path.GetFullPath(path);

    /// <summary>All results, oldest first; none when the file does not exist.</summary>
    /// <exception cref="UserException">The file is unreadable or damaged.</exception>
    public IReadOnlyList<MetricsEntry> Read()
    {
        try
        {
            return File.Exists(path) ? Parse() : [];
        }
        catch (JsonException e)
        {
            throw new UserException(
                $"{path} is damaged: {e.Message.ReplaceLineEndings(" ")}",
                "restore it, or evaluate again: the damaged file is then kept aside", e);
        }
    }

    /// <summary>Adds a result. A damaged file is kept aside as <c>metrics.json.broken-N</c> and a new one is begun.</summary>
    /// <param name="entry">The result.</param>
    /// <param name="warn">Told, in one sentence, when a damaged file was kept aside.</param>
    /// <exception cref="UserException">The file must not be written, or another process keeps it for more than ten seconds.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken; the earlier results are intact.</exception>
    public void Append(MetricsEntry entry, Action<string> warn)
    {
        var lockPath = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.lock");
        using var taken = FileLock.TryTake(lockPath, time, Patience)
            ?? throw new UserException(
                $"{path} is in use by {FileLock.ReadOwner(lockPath)?.ToString() ?? "another process"}", "try again when it has ended");

        IReadOnlyList<MetricsEntry> entries = [.. ReadOrKeepAside(warn), entry];
        AtomicFile.WriteText(path, JsonSerializer.Serialize(entries, ElbowJson.Document) + "\n");
    }

    private IReadOnlyList<MetricsEntry> ReadOrKeepAside(Action<string> warn)
    {
        try
        {
            return File.Exists(path) ? Parse() : [];
        }
        catch (JsonException)
        {
            var aside = Enumerable.Range(1, int.MaxValue).Select(n => $"{path}.broken-{n}").First(name => !Path.Exists(name));
            MoveAside(aside);
            warn($"{path} was damaged; it is kept as {Path.GetFileName(aside)} and a new file is begun");
            return [];
        }
    }

    private void MoveAside(string aside)
    {
        try
        {
            File.Move(path, aside);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, aside);
        }
    }

    private IReadOnlyList<MetricsEntry> Parse()
    {
        try
        {
            var entries = JsonSerializer.Deserialize<List<MetricsEntry?>>(File.ReadAllBytes(path), ElbowJson.Document);
            return entries is null || entries.Contains(null) ? throw new JsonException("null where a result belongs") : [.. entries!];
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, path);
        }
    }
}
