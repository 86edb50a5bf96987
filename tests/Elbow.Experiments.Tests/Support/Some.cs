using System.Text.Json.Nodes;

namespace Elbow.Experiments.Tests.Support;

/// <summary>Test data in a word.</summary>
public static class Some
{
    public static readonly DateTimeOffset Moment = new(2026, 1, 31, 12, 34, 56, 789, TimeSpan.Zero);

    public static EnvironmentInfo Environment(TimeProvider? time = null) => EnvironmentInfo.Capture(
        new EngineStamp("cpu", 2, "2.4.0", "OpenBLAS"), 7,
        new DataStamp("digits", "ab12", "none"), ["train", "c.json"], time ?? new ManualTime());

    public static RunLock Run(TempFolder temp, string name = "a") =>
        new RunStore(temp["runs"], new ManualTime()).Create(name, "{}", Environment());

    public static StepLogged Step(long step) => new(Moment, step, 1, new Dictionary<string, double> { ["elbo"] = -step });

    public static TermValue Term(double mean) => new(mean, 0.5);

    public static EpochCompleted Epoch(int epoch, long step) => new(
        Moment, epoch, step,
        new Dictionary<string, IReadOnlyDictionary<string, TermValue>>
        {
            ["train"] = new Dictionary<string, TermValue> { ["elbo"] = Term(-90.5), ["kl"] = Term(20) },
            ["validation"] = new Dictionary<string, TermValue> { ["elbo"] = Term(-91) },
        },
        1e-3, 2.5, 4000);

    public static DiagnosticsLogged Diagnostics(long step, params double[] klPerLatent) => new(
        Moment, step, 1, "validation",
        new Dictionary<string, TermValue> { ["mi"] = Term(3.47) },
        new Dictionary<string, IReadOnlyList<double>> { ["klPerLatent"] = klPerLatent });

    public static MetricsEntry Metrics(string kind = "evaluate", double value = -90) => new(
        kind, "test", "ab12", "iwae(K=64)",
        new Dictionary<string, long> { ["examples"] = 10 }, "best", Moment, new JsonObject { ["elbo"] = value });

    /// <summary>One event of every kind.</summary>
    public static IReadOnlyList<RunEvent> OfEachKind { get; } =
    [
        new Started(Moment, 10), new Imported(Moment, "w.safetensors", "ab12", 8), new Resumed(Moment, 4), Step(3), Epoch(1, 4), Diagnostics(4, 1, 2, 3),
        new Warned(Moment, "β is \"large\"\n"),
        new CheckpointSaved(Moment, "last", 4), new SampleSaved(Moment, 4, "samples/epoch-1.png"), new EarlyStopped(Moment, 9, 5),
        new Finished(Moment, 40), new Interrupted(Moment, 4), new Failed(Moment, "not finite", 5, "kl"),
    ];
}
