using Elbow.Experiments;
using Elbow.Studio.Logs;

namespace Elbow.Studio.Runs;

/// <summary>All that a log says, in columns: kept in memory while somebody looks at the run, and fed with what is new.</summary>
internal sealed class RunColumns : ILogLines
{
    // More than any run has; a log made to fill the memory ends here.
    private const int MostNames = 1000, MostNotes = 10_000, MostRows = 1 << 23, KeptLooks = 800;

    private readonly Axis batches = new(), epochs = new(), looks = new();
    private readonly Dictionary<string, Column> columns = new(StringComparer.Ordinal);
    private readonly List<Column> stepColumns = [];
    private readonly List<string> stepNames = [];
    private readonly ThinnedRows<Look> latents = new(KeptLooks);
    private readonly List<WarningNote> warnings = [];
    private readonly Dictionary<string, long> checkpoints = new(StringComparer.Ordinal);
    private readonly List<PictureNote> pictures = [];
    private readonly StepLine stepLine = new();
    private DateTimeOffset? began;
    private int epoch;

    /// <summary>Lines that are no events this version knows.</summary>
    internal long SkippedLines { get; private set; }

    /// <summary>Names of the curves, sorted.</summary>
    internal IReadOnlyList<string> Names => [.. columns.Keys.Order(StringComparer.Ordinal)];

    internal IReadOnlyList<WarningNote> Warnings => [.. warnings];

    internal IReadOnlyList<CheckpointNote> Checkpoints => [.. checkpoints.Select(pair => new CheckpointNote(pair.Key, pair.Value))];

    internal IReadOnlyList<PictureNote> Pictures => [.. pictures];

    /// <summary>Rows of the live anatomy.</summary>
    internal Axis Looks => looks;

    /// <summary>Latent by latent, thinned.</summary>
    internal IReadOnlyList<Look> Latents => latents.Rows;

    /// <summary>About what is held, in bytes.</summary>
    internal long Bytes => 20L * (batches.Rows + epochs.Rows + looks.Rows) + columns.Values.Sum(column => column.Bytes) + latents.Rows.Sum(look => look.Bytes);

    internal Column? Find(string name) => columns.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var axis in new[] { batches, epochs, looks }) axis.CutAfter(long.MinValue);
        columns.Clear();
        stepColumns.Clear();
        stepNames.Clear();
        latents.CutAfter(long.MinValue);
        warnings.Clear();
        checkpoints.Clear();
        pictures.Clear();
        (began, epoch, SkippedLines) = (null, 0, 0);
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> lines, long offset) => EventLine.ForEach(lines, offset, this, static (all, line, _) => all.Take(line));

    /// <inheritdoc/>
    public void TookTooLong() => SkippedLines++;

    private void Take(ReadOnlySpan<byte> line)
    {
        if (EventLine.Is(line, "stepLogged"u8))
        {
            if (batches.Rows < MostRows && stepLine.TryRead(line)) AddStep();
            else SkippedLines++;
            return;
        }
        if (EventLine.Parse(line) is not { } e)
        {
            SkippedLines++;
            return;
        }
        began ??= e.Timestamp;
        if (!Add(e)) SkippedLines++;
    }

    private bool Add(RunEvent e)
    {
        switch (e)
        {
            case StepLogged step:
                batches.Add(step.Step, step.Epoch, Seconds(e));
                foreach (var (name, value) in step.Terms) ColumnOf($"batch/{name}", batches, hasErrors: false)?.Add(value);
                return true;
            case EpochCompleted done:
                return AddEpoch(done);
            case DiagnosticsLogged look:
                return AddLook(look);
            case Resumed resumed:
                CutAfter(resumed.Step);
                return true;
            case Warned warned:
                if (warnings.Count < MostNotes) warnings.Add(new WarningNote(epoch, warned.Message));
                return warnings.Count < MostNotes;
            case CheckpointSaved saved:
                if (checkpoints.Count < MostNotes) checkpoints[saved.Name] = saved.Step;
                return checkpoints.Count < MostNotes;
            case SampleSaved saved:
                return AddPicture(saved);
            default:
                return true;
        }
    }

    private void AddStep()
    {
        began ??= stepLine.Timestamp;
        batches.Add(stepLine.Step, stepLine.Epoch, (stepLine.Timestamp - began.Value).TotalSeconds);
        for (var k = 0; k < stepLine.Terms.Count; k++)
        {
            var (name, value) = stepLine.Terms[k];
            if (k < stepNames.Count && ReferenceEquals(stepNames[k], name))
            {
                stepColumns[k].Add(value);
                continue;
            }
            if (ColumnOf($"batch/{name}", batches, hasErrors: false) is not { } column) continue;
            column.Add(value);
            if (k < stepNames.Count) (stepNames[k], stepColumns[k]) = (name, column);
            else if (k == stepNames.Count)
            {
                stepNames.Add(name);
                stepColumns.Add(column);
            }
        }
    }

    private bool AddEpoch(EpochCompleted done)
    {
        if (epochs.Rows >= MostRows || done.Splits.Values.Any(terms => terms is null)) return false;
        epoch = done.Epoch;
        epochs.Add(done.Step, done.Epoch, Seconds(done));
        foreach (var (split, terms) in done.Splits)
        {
            foreach (var (name, term) in terms) ColumnOf($"{split}/{name}", epochs, hasErrors: true)?.Add(term.Mean, term.StandardError);
        }
        ColumnOf("learningRate", epochs, hasErrors: false)?.Add(done.LearningRate);
        ColumnOf("examplesPerSecond", epochs, hasErrors: false)?.Add(done.ExamplesPerSecond);
        return true;
    }

    private bool AddLook(DiagnosticsLogged look)
    {
        if (looks.Rows >= MostRows) return false;
        looks.Add(look.Step, look.Epoch, Seconds(look));
        foreach (var (name, term) in look.Values) ColumnOf($"anatomy/{name}", looks, hasErrors: true)?.Add(term.Mean, term.StandardError);
        latents.Add(look.Step, new Look(look.Epoch, Series("kl"), Series("entropy"), Series("secondMoment"), Series("momentGap"), Series("collapsed")));
        return true;

        double[] Series(string name) => look.Series.GetValueOrDefault(name) is { } values ? [.. values] : [];
    }

    private bool AddPicture(SampleSaved saved)
    {
        var kind = saved.Path.Split('/')[0];
        if (pictures.Count >= MostNotes || !InsideRun.PictureFolders.Contains(kind) || !saved.Path.EndsWith(".png", StringComparison.Ordinal)) return false;
        pictures.RemoveAll(picture => picture.Path == saved.Path);
        pictures.Add(new PictureNote(kind, saved.Path, epoch, saved.Step));
        return true;
    }

    // The same axis for a name always: a log in which a split is called "batch" has its own names to blame.
    private Column? ColumnOf(string name, Axis axis, bool hasErrors)
    {
        if (columns.TryGetValue(name, out var column)) return column.IsOf(axis) ? column : null;
        if (columns.Count >= MostNames) return null;
        return columns[name] = new Column(axis, hasErrors);
    }

    private double Seconds(RunEvent e) => (e.Timestamp - began!.Value).TotalSeconds;

    private void CutAfter(long step)
    {
        foreach (var axis in new[] { batches, epochs, looks }) axis.CutAfter(step);
        foreach (var column in columns.Values) column.Cut();
        latents.CutAfter(step);
        pictures.RemoveAll(picture => picture.Step > step);
        foreach (var (name, saved) in checkpoints.ToArray())
        {
            if (saved > step) checkpoints.Remove(name);
        }
        epoch = epochs.Rows > 0 ? epochs.Epoch(epochs.Rows - 1) : 0;
    }
}

/// <summary>One look of the live anatomy at the latents; an array is empty for a quantity that the model has not.</summary>
internal sealed record Look(int Epoch, double[] Kl, double[] Entropy, double[] SecondMoment, double[] MomentGap, double[] Collapsed)
{
    internal long Bytes => 8L * (Kl.Length + Entropy.Length + SecondMoment.Length + MomentGap.Length + Collapsed.Length) + 160;
}
