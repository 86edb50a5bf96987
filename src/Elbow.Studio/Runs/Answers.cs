using System.Text.Json.Serialization;
using Elbow.Experiments;

namespace Elbow.Studio.Runs;

/// <summary><c>GET /api/runs</c>.</summary>
internal sealed record RunTable(string Root, IReadOnlyList<Summary> Runs, IReadOnlyList<Skipped> Skipped);

/// <summary>What is not shown, and why.</summary>
internal sealed record Skipped(string Path, string Reason);

/// <summary>A number of a run with its standard error.</summary>
internal sealed record Measured(double Value, double Se);

/// <summary>What both the list and the page of a run say of it.</summary>
internal record RunFacts(
    string Id, string Name, RunStatus Status, string? Reason, DateTimeOffset? Started, DateTimeOffset? Updated, int Epoch, int? Epochs, long Step,
    string? Objective, string? Prior, string? Likelihood, string? Encoder, string? Decoder, string? Posterior, int? LatentDim, string? Data, long? Seed,
    IReadOnlyList<double> Sparkline, IReadOnlyList<string> Tags, string Notes);

/// <summary>What the list of runs says of one.</summary>
/// <param name="Of">The facts.</param>
/// <param name="Metrics">The newest of every term.</param>
internal sealed record Summary([property: JsonIgnore] RunFacts Of, IReadOnlyDictionary<string, Measured> Metrics) : RunFacts(Of);

/// <summary><c>GET /api/runs/ID</c>: a <see cref="Summary"/> and the rest.</summary>
/// <param name="Of">The facts.</param>
/// <param name="Latest">What <see cref="Summary.Metrics"/> is in the list.</param>
/// <param name="Config"><c>config.json</c>.</param>
/// <param name="Environment"><c>environment.json</c>.</param>
/// <param name="Metrics"><c>metrics.json</c>.</param>
/// <param name="Warnings">In the order they came.</param>
/// <param name="Checkpoints">As the log says; the newest under each name.</param>
/// <param name="Pictures">In the order they came; then those that lie there and are in no log.</param>
/// <param name="Curves">Names of the curves.</param>
/// <param name="Explorer">Whether the run has the explorer's files.</param>
/// <param name="Command">What reproduces the run.</param>
/// <param name="SkippedLines">Lines of the log that are no events this version knows.</param>
internal sealed record Detail(
    [property: JsonIgnore] RunFacts Of, IReadOnlyDictionary<string, Measured> Latest, RawJson? Config, RawJson? Environment, RawJson? Metrics,
    IReadOnlyList<WarningNote> Warnings, IReadOnlyList<CheckpointNote> Checkpoints, IReadOnlyList<PictureNote> Pictures,
    IReadOnlyList<string> Curves, bool Explorer, string Command, long SkippedLines) : RunFacts(Of);

/// <summary>A warning of the training.</summary>
internal sealed record WarningNote(int Epoch, string Message);

/// <summary>A checkpoint that was saved.</summary>
internal sealed record CheckpointNote(string Name, long Step);

/// <summary>A picture that was saved; epoch and step are null when it was not drawn in training.</summary>
internal sealed record PictureNote(string Kind, string Path, int? Epoch, long? Step);

/// <summary><c>GET /api/runs/ID/latents</c>: epoch by epoch, a number for each latent.</summary>
internal sealed record LatentSeries(int[] Epoch, double[][] Kl, double[][] Entropy, double[][] SecondMoment, double[][] MomentGap, double[][] Collapsed);

/// <summary><c>GET /api/runs/ID/anatomy</c>.</summary>
internal sealed record AnatomyCurves(int[] Epoch, IReadOnlyDictionary<string, AnatomyCurve> Values);

/// <summary>One value of the live anatomy, epoch by epoch.</summary>
internal sealed record AnatomyCurve(double[] Mean, double[] StandardError);

/// <summary>What a person wrote about a run.</summary>
internal sealed record RunNotes(IReadOnlyList<string> Tags, string Notes)
{
    internal static readonly RunNotes None = new([], "");
}

/// <summary>An event of <c>GET /api/changes</c>; the status is <c>vanished</c> for a run whose folder is gone.</summary>
internal sealed record Change(string Id, string Status, long Step, int Epoch);
