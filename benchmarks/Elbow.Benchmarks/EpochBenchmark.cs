using System.Diagnostics;
using System.Text.Json;
using Elbow.Data;
using Elbow.Experiments;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Benchmarks;

/// <summary>Seconds of a whole MNIST epoch by the real trainer: reading the files, 469 steps with fresh binarisation, one pass over 10,000 test images.</summary>
internal static class EpochBenchmark
{
    internal static void Run(string model)
    {
        _ = Engine.Version;
        var watch = Stopwatch.StartNew();
        using var experiment = Experiment.Create(PeerModels.Config(model, BinariseKind.Dynamic));
        using var state = new TrainingState(experiment);
        var loaded = watch.Elapsed.TotalSeconds;
        new Trainer(experiment, state, new Log(), TimeProvider.System) { Save = _ => { } }.Run(CancellationToken.None);
        var trained = watch.Elapsed.TotalSeconds;
        var loss = 0.0;
        experiment.Judge(null, () =>
        {
            using var statistics = experiment.Evaluate(experiment.Data.Test!, 1);
            loss = -statistics.Objective.Value;
        });
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(JsonSerializer.Serialize(new { model, mode = "epoch", device = experiment.Device.ToString(), threads = Engine.Threads, seconds, load_s = loaded, train_s = trained - loaded, validate_s = seconds - trained, validation_loss = loss }));
    }

    private sealed class Log : IRunSink
    {
        public void Emit(RunEvent e)
        {
            if (e is StepLogged step) Console.Error.WriteLine($"step {step.Step}: {string.Join(", ", step.Terms.Select(term => $"{term.Key} {term.Value:F2}"))}");
        }
    }
}
