using Elbow.Experiments.Storage;
using Elbow.Experiments.TensorBoard.Wire;
using Google.Protobuf;

namespace Elbow.Experiments.TensorBoard;

/// <summary>Writes a run so that TensorBoard opens its folder: terms as scalars, pictures as images, series as histograms.</summary>
/// <remarks>
/// Tags: <c>train/elbo</c> (split/term, per epoch), <c>step/elbo</c> (per logged step), <c>diagnostics/test/mi</c>,
/// <c>progress/learningRate</c>, <c>samples</c> (the picture's folder). The horizontal axis is the optimiser step. Standard errors stay in
/// <c>events.jsonl</c>: TensorBoard has no place for them. A display: wrap it in <see cref="SafeSink"/>.
/// </remarks>
public sealed class TensorBoardSink : IRunSink, IDisposable
{
    private readonly string runPath;
    private readonly EventFile file;

    /// <summary>Begins a new event file in the run's <c>tensorboard/</c>.</summary>
    /// <exception cref="UserException">The folder must not be written.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public TensorBoardSink(RunFolder run, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(run);
        runPath = run.Root;
        file = EventFile.Create(run.TensorBoardPath, time);
    }

    /// <inheritdoc/>
    /// <exception cref="UserException">A picture cannot be read.</exception>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public void Emit(RunEvent e)
    {
        switch (e)
        {
            case Resumed r:
                // TensorBoard drops what it has at this step and later; the step that the checkpoint contains stays.
                Write(e, r.Step + 1, new Event { SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
                break;
            case StepLogged s:
                Write(e, s.Step, s.Terms.Select(term => Scalar($"step/{term.Key}", term.Value)));
                break;
            case EpochCompleted c:
                Write(e, c.Step,
                [
                    .. c.Splits.SelectMany(split => split.Value, (split, term) => Scalar($"{split.Key}/{term.Key}", term.Value.Mean)),
                    Scalar("progress/learningRate", c.LearningRate),
                    Scalar("progress/examplesPerSecond", c.ExamplesPerSecond),
                ]);
                break;
            case DiagnosticsLogged d:
                Write(e, d.Step,
                [
                    .. d.Values.Select(value => Scalar($"diagnostics/{d.Split}/{value.Key}", value.Value.Mean)),
                    .. d.Series.SelectMany(series => Counts($"diagnostics/{d.Split}/{series.Key}", series.Value)),
                ]);
                break;
            case SampleSaved s:
                Write(e, s.Step, Picture(s.Path));
                break;
        }
    }

    /// <summary>Closes the event file.</summary>
    public void Dispose() => file.Dispose();

    private static Summary.Types.Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    private static IEnumerable<Summary.Types.Value> Counts(string tag, IReadOnlyList<double> values) =>
        Histogram.Of(values) is { } histogram ? [new() { Tag = tag, Histo = histogram }] : [];

    private Summary.Types.Value[] Picture(string path)
    {
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        var full = Path.Combine(runPath, path);
        try
        {
            var bytes = File.ReadAllBytes(full);
            var header = PngHeader.Parse(bytes) ?? throw new UserException($"{full} is not a PNG", "write the picture again");
            var image = new Summary.Types.Image
            {
                Width = header.Width,
                Height = header.Height,
                Colorspace = header.Channels,
                EncodedImageString = UnsafeByteOperations.UnsafeWrap(bytes),
            };
            return [new() { Tag = path.Split('/')[0], Image = image }];
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, full);
        }
    }

    private void Write(RunEvent e, long step, IEnumerable<Summary.Types.Value> values)
    {
        var summary = new Summary { Value = { values } };
        if (summary.Value.Count > 0)
        {
            Write(e, step, new Event { Summary = summary });
        }
    }

    private void Write(RunEvent e, long step, Event record)
    {
        record.WallTime = EventFile.Seconds(e.Timestamp);
        record.Step = step;
        file.Write(record);
    }
}
