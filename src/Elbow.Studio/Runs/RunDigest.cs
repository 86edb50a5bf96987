using System.Text.Json;
using Elbow.Experiments;
using Elbow.Studio.Logs;

namespace Elbow.Studio.Runs;

/// <summary>
/// What the list says of a run, from its log: little to keep and quick to read, since of a million steps only the last one counts. The
/// digest of the first and last lines alone is right but for the sparkline.
/// </summary>
internal sealed class RunDigest : ILogLines
{
    private readonly List<EpochNote> epochs = [];
    private byte[] lastEpoch = [];
    private RunEvent? end;
    private Imported? imported;

    internal int? Planned { get; private set; }

    internal DateTimeOffset? Started { get; private set; }

    internal DateTimeOffset? Updated { get; private set; }

    internal int Epoch { get; private set; }

    internal long Step { get; private set; }

    internal bool HasEpochs => epochs.Count > 0;

    /// <summary>How the log says it ended; <see cref="RunStatus.Killed"/> when it does not. Whether it still runs is for its lock to say.</summary>
    internal RunStatus Ending => end switch
    {
        Finished or Imported => RunStatus.Finished,
        Interrupted => RunStatus.Interrupted,
        Failed => RunStatus.Failed,
        _ => RunStatus.Killed,
    };

    /// <summary>Why it failed or stopped early, or that its weights are from elsewhere; null when it does not say.</summary>
    internal string? Reason { get; private set; }

    /// <inheritdoc/>
    public void Reset()
    {
        epochs.Clear();
        (lastEpoch, end, imported, Reason, Planned, Started, Updated, Epoch, Step) = ([], null, null, null, null, null, null, 0, 0);
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> lines, long offset)
    {
        EventLine.ForEach(lines, offset, this, static (digest, line, _) => digest.Take(line));
        TakeTime(LastLine(lines));
    }

    /// <inheritdoc/>
    public void TookTooLong()
    {
    }

    /// <summary>The objective of at most <paramref name="most"/> epochs: of the validation data when there are any.</summary>
    internal double[] Sparkline(int most)
    {
        var validated = epochs.Exists(epoch => double.IsFinite(epoch.Validation));
        return [.. Downsampling.Even(epochs.Count, most).Select(i => validated ? epochs[i].Validation : epochs[i].Train)];
    }

    /// <summary><c>SPLIT/TERM</c> of the last epoch.</summary>
    internal IEnumerable<KeyValuePair<string, Measured>> LastTerms() => EventLine.Parse(lastEpoch) is not EpochCompleted last ? [] :
        from split in last.Splits
        from term in split.Value
        select KeyValuePair.Create($"{split.Key}/{term.Key}", new Measured(term.Value.Mean, term.Value.StandardError));

    private void Take(ReadOnlySpan<byte> line)
    {
        if (EventLine.Is(line, "stepLogged"u8) || EventLine.Is(line, "diagnostics"u8)) return;
        if (EventLine.Is(line, "epochCompleted"u8))
        {
            TakeEpoch(line);
            return;
        }
        var e = EventLine.Parse(line);
        switch (e)
        {
            case Started started:
                Planned = started.Epochs;
                Started ??= started.Timestamp;
                (end, imported, Reason) = (null, null, null);
                break;
            case Imported begun:
                Started ??= begun.Timestamp;
                (end, imported, Reason) = (null, begun, "the import was cut off: remove the folder and import again");
                break;
            // Weights from elsewhere are complete with their last checkpoint.
            case CheckpointSaved { Name: "last" } when imported is not null && end is null:
                (end, Reason) = (imported, $"imported from {imported.File}");
                break;
            case Resumed resumed:
                Resume(resumed.Step);
                break;
            case EarlyStopped early:
                Reason = early.Reason ?? $"validation did not improve after epoch {early.BestEpoch}";
                break;
            // How far it came: most steps have no event of their own.
            case Failed failed:
                (end, Reason, Step) = (failed, failed.Reason, Math.Max(Step, failed.Step));
                break;
            case Interrupted interrupted:
                (end, Step) = (interrupted, Math.Max(Step, interrupted.Step));
                break;
            case Finished:
                end = e;
                break;
            case EpochCompleted:
                TakeEpoch(line);
                break;
        }
    }

    private void TakeEpoch(ReadOnlySpan<byte> line)
    {
        if (EpochLine.TryRead(line) is not { } note) return;
        epochs.Add(note);
        lastEpoch = line.ToArray();
        (Epoch, Step) = (note.Epoch, Math.Max(Step, note.Step));
    }

    // What was logged after the checkpoint is void. Elbow cuts it from the log too, so that here mostly nothing is left to drop.
    private void Resume(long step)
    {
        (end, imported, Reason, Step) = (null, null, null, step);
        var kept = epochs.Count;
        while (kept > 0 && epochs[kept - 1].Step > step) kept--;
        if (kept < epochs.Count) lastEpoch = [];
        epochs.RemoveRange(kept, epochs.Count - kept);
        Epoch = kept > 0 ? epochs[^1].Epoch : 0;
    }

    private static ReadOnlySpan<byte> LastLine(ReadOnlySpan<byte> lines)
    {
        lines = lines.TrimEnd("\r\n"u8);
        return lines[(lines.LastIndexOf((byte)'\n') + 1)..];
    }

    private void TakeTime(ReadOnlySpan<byte> line)
    {
        if (Moment.TryRead(line) is not { } moment) return;
        Updated = moment.Timestamp;
        if (EventLine.Is(line, "stepLogged"u8)) (Step, Epoch) = (moment.Step, Math.Max(Epoch, moment.Epoch));
    }

    /// <summary>When an event happened.</summary>
    private readonly record struct Moment(DateTimeOffset Timestamp, long Step, int Epoch)
    {
        internal static Moment? TryRead(ReadOnlySpan<byte> line)
        {
            if (line is not [(byte)'{', .., (byte)'}']) return null;
            try
            {
                var moment = default(Moment);
                var reader = new Utf8JsonReader(line);
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (isTime, isStep, isEpoch) = (reader.ValueTextEquals("timestamp"u8), reader.ValueTextEquals("step"u8), reader.ValueTextEquals("epoch"u8));
                    reader.Read();
                    if (isTime) moment = moment with { Timestamp = reader.GetDateTimeOffset() };
                    else if (isStep) moment = moment with { Step = reader.GetInt64() };
                    else if (isEpoch) moment = moment with { Epoch = reader.GetInt32() };
                    else reader.Skip();
                }
                return moment.Timestamp == default ? null : moment;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                return null;
            }
        }
    }
}

/// <summary>The objective of an epoch; NaN for a split that was not judged.</summary>
internal readonly record struct EpochNote(int Epoch, long Step, double Train, double Validation);
