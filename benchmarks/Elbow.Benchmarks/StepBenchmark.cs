using System.Diagnostics;
using System.Text.Json;
using Elbow.Data;
using Elbow.Objectives;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Benchmarks;

/// <summary>Milliseconds of one training step on resident binary batches: forward, backward, Adam, as in <see cref="Trainer"/>.</summary>
internal static class StepBenchmark
{
    private const int Warmup = 10, Steps = 1000, Batches = 32;

    internal static void Run(string model)
    {
        using var experiment = Experiment.Create(PeerModels.Config(model, BinariseKind.Static));
        using var state = new TrainingState(experiment);
        using var outer = TensorScope.Open();
        var batches = new List<Tensor>();
        foreach (var batch in new Batches(experiment.Data.Test!, new BatchOptions { Size = experiment.Config.Training.BatchSize, Shuffle = false }).Epoch(0, 0).Take(Batches)) batches.Add(experiment.ToTensor(batch));
        var encode = Prepare(experiment, batches[0], state.Generator);
        // A GPU works while the processor goes on to the next step: there a sample is the mean of some steps, up to the last one's end.
        var (gpu, together) = experiment.Device.IsCuda ? (true, 20) : (false, 1);
        List<double> samples = [], processor = [];
        for (var k = 0; k < Warmup; k++) Step(k);
        if (gpu) CudaGraph.Synchronize();
        var total = Stopwatch.StartNew();
        for (var k = Warmup; samples.Count < Steps && (samples.Count < 5 || total.Elapsed.TotalSeconds < 6);)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            for (var j = 0; j < together; j++) Step(k++);
            if (gpu) CudaGraph.Synchronize();
            samples.Add(watch.Elapsed.TotalMilliseconds / together);
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds / together);
        }
        samples.Sort();
        processor.Sort();
        Console.WriteLine(JsonSerializer.Serialize(new { model, mode = "step", device = experiment.Device.ToString(), threads = Engine.Threads, median_ms = samples[samples.Count / 2], min_ms = samples[0], cpu_ms = processor[processor.Count / 2], cpu_min_ms = processor[0], count = samples.Count, prepare_ms = encode }));

        void Step(int k)
        {
            using var scope = TensorScope.Open();
            var terms = experiment.Objective.Evaluate(experiment.Model, batches[k % Batches], new StepContext(0, state.Generator));
            var value = terms.Objective.ToDouble();
            var gradients = Autograd.Grad(-terms.Objective, state.Parameters);
            state.Optimizer.Step(gradients, 1e-3);
            state.Statistics.Add(terms, value);
        }
    }

    // What an objective does only every so many steps is timed by itself: for AVAE, encoding 10,000 rows, which it does in one step of ten.
    private static double Prepare(Experiment experiment, Tensor x, Generator generator)
    {
        if (experiment.Objective is not IPrepares prepares) return 0;
        var context = new StepContext(0, generator) { HeldOut = experiment.Rows(0).HeldOut };
        prepares.Prepare(experiment.Model, x, context);
        var watch = Stopwatch.StartNew();
        prepares.Prepare(experiment.Model, x, context with { Epoch = 1 });
        return watch.Elapsed.TotalMilliseconds;
    }
}
