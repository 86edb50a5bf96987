using System.Text.Json.Serialization;

namespace Elbow.Experiments;

/// <summary>The mean of one named term over a split.</summary>
/// <param name="Mean">Mean over examples; nats unless the term's name says otherwise.</param>
/// <param name="StandardError">Standard error of <paramref name="Mean"/>, same unit; NaN when it is not known.</param>
public readonly record struct TermValue(double Mean, double StandardError);

/// <summary>What happened in a run: one line of <c>events.jsonl</c>. The hierarchy is closed; <c>kind</c> names the type.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Imported), "imported")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(StepLogged), "stepLogged")]
[JsonDerivedType(typeof(EpochCompleted), "epochCompleted")]
[JsonDerivedType(typeof(DiagnosticsLogged), "diagnostics")]
[JsonDerivedType(typeof(Warned), "warning")]
[JsonDerivedType(typeof(CheckpointSaved), "checkpointSaved")]
[JsonDerivedType(typeof(SampleSaved), "sampleSaved")]
[JsonDerivedType(typeof(EarlyStopped), "earlyStopped")]
[JsonDerivedType(typeof(Finished), "finished")]
[JsonDerivedType(typeof(Interrupted), "interrupted")]
[JsonDerivedType(typeof(Failed), "failed")]
public abstract record RunEvent
{
    // Only this assembly may add a kind: readers rely on knowing them all.
    private protected RunEvent(DateTimeOffset timestamp) => Timestamp = timestamp;

    /// <summary>When, UTC.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset Timestamp { get; init; }
}

/// <summary>Training began.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Epochs">Number of epochs planned.</param>
public sealed record Started(DateTimeOffset Timestamp, int Epochs) : RunEvent(Timestamp);

/// <summary>Weights from elsewhere became the first checkpoints; nothing was trained. It stands in the place of <see cref="Started"/>.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="File">Name of the file.</param>
/// <param name="Sha256">Its hash, lower-case hexadecimal.</param>
/// <param name="Tensors">How many tensors it gave.</param>
public sealed record Imported(DateTimeOffset Timestamp, string File, string Sha256, int Tensors) : RunEvent(Timestamp);

/// <summary>Training went on from a checkpoint; whatever was logged after <paramref name="Step"/> before is void.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Step">The last optimiser step that the checkpoint contains.</param>
public sealed record Resumed(DateTimeOffset Timestamp, long Step) : RunEvent(Timestamp);

/// <summary>The terms of one training batch.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Step">Optimiser steps done, from 1.</param>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Terms">Term name → batch mean, nats.</param>
public sealed record StepLogged(DateTimeOffset Timestamp, long Step, int Epoch, IReadOnlyDictionary<string, double> Terms)
    : RunEvent(Timestamp);

/// <summary>An epoch is over and every split was evaluated.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Splits">Split → term name → mean and standard error.</param>
/// <param name="LearningRate">Learning rate at the end of the epoch.</param>
/// <param name="Seconds">Wall-clock seconds of the epoch.</param>
/// <param name="ExamplesPerSecond">Training examples per wall-clock second.</param>
public sealed record EpochCompleted(
    DateTimeOffset Timestamp,
    int Epoch,
    long Step,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, TermValue>> Splits,
    double LearningRate,
    double Seconds,
    double ExamplesPerSecond) : RunEvent(Timestamp);

/// <summary>Diagnostics of the model at one moment, such as the cheap half of the anatomy.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Split">Where they were estimated.</param>
/// <param name="Values">Name → estimate with standard error.</param>
/// <param name="Series">Name → one number per latent (or per whatever the name says).</param>
public sealed record DiagnosticsLogged(
    DateTimeOffset Timestamp,
    long Step,
    int Epoch,
    string Split,
    IReadOnlyDictionary<string, TermValue> Values,
    IReadOnlyDictionary<string, IReadOnlyList<double>> Series) : RunEvent(Timestamp)
{
    /// <summary>Rows of the split that were looked at; this and what follows is null in logs from before it was kept.</summary>
    public int? Rows { get; init; }

    /// <summary>B: rows in each mixture that stands for the aggregated posterior.</summary>
    public int? Members { get; init; }

    /// <summary>Wall-clock seconds that the look took.</summary>
    public double? Seconds { get; init; }

    /// <summary><see cref="Seconds"/> over those of the training steps of the same epoch.</summary>
    public double? ShareOfEpoch { get; init; }
}

/// <summary>Something the user should know, that did not stop the run.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Message">One sentence.</param>
public sealed record Warned(DateTimeOffset Timestamp, string Message) : RunEvent(Timestamp);

/// <summary>A checkpoint is complete on the disk.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Name">last, best or epoch-N.</param>
/// <param name="Step">Optimiser steps that it contains.</param>
public sealed record CheckpointSaved(DateTimeOffset Timestamp, string Name, long Step) : RunEvent(Timestamp);

/// <summary>A picture or array was written.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Path">Relative to the run, with forward slashes: <c>samples/epoch-10.png</c>; its folder says what it shows.</param>
public sealed record SampleSaved(DateTimeOffset Timestamp, long Step, string Path) : RunEvent(Timestamp);

/// <summary>Training stopped before its last epoch, because validation did not improve any more or for the reason given; <see cref="Finished"/> follows.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Epoch">The epoch it stopped after.</param>
/// <param name="BestEpoch">The epoch of the best validation value.</param>
public sealed record EarlyStopped(DateTimeOffset Timestamp, int Epoch, int BestEpoch) : RunEvent(Timestamp)
{
    /// <summary>Why, when it is not that validation stopped improving: one sentence.</summary>
    public string? Reason { get; init; }
}

/// <summary>Training ended as planned.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Step">Optimiser steps done.</param>
public sealed record Finished(DateTimeOffset Timestamp, long Step) : RunEvent(Timestamp);

/// <summary>The user stopped the run; its state is saved.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Step">Optimiser steps done.</param>
public sealed record Interrupted(DateTimeOffset Timestamp, long Step) : RunEvent(Timestamp);

/// <summary>The run could not go on.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Step">The optimiser step it failed in.</param>
/// <param name="Term">The first term that was not finite, when that is the reason.</param>
public sealed record Failed(DateTimeOffset Timestamp, string Reason, long Step, string? Term = null) : RunEvent(Timestamp);
