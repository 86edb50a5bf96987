using System.Diagnostics;
using System.Text.Json;
using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Benchmarks;

/// <summary>Importance-sampled likelihood of MNIST images: seconds, memory, and the share of the measured product rate that the decoder's products reach.</summary>
internal static class NllBenchmark
{
    internal static void Run(string model, int samples, int images)
    {
        using var experiment = Experiment.Create(PeerModels.Config(model, BinariseKind.Static));
        var rate = ProductRate();
        using var generator = new Generator(1);
        var watch = Stopwatch.StartNew();
        var done = 0;
        var sum = 0.0;
        experiment.Judge(null, () =>
        {
            foreach (var batch in new Batches(experiment.Data.Test!, new BatchOptions { Size = 64, Shuffle = false }).Epoch(0, 0))
            {
                using var scope = TensorScope.Open();
                sum += ImportanceSampling.LogLikelihood(experiment.Model, experiment.ToTensor(batch), samples, generator).Sum().ToDouble();
                if ((done += batch.Count) >= images) break;
            }
        });
        var seconds = watch.Elapsed.TotalSeconds;
        // Multiplications and additions of the decoder's two products, 20-400-784, for every sample of every image.
        var flops = 2.0 * (20 * 400 + 400 * 784) * samples * done;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            model, mode = "nll", threads = Engine.Threads, k = samples, images = done, seconds, gflops = flops / seconds / 1e9, product_gflops = rate,
            share = flops / seconds / 1e9 / rate, peak_mb = Process.GetCurrentProcess().PeakWorkingSet64 >> 20, nll = -sum / done,
        }));
    }

    internal static double ProductRate()
    {
        const int n = 2048;
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var a = Tensor.Randn([n, n], generator);
        _ = a.Matmul(a);
        var best = 0.0;
        for (var k = 0; k < 5; k++)
        {
            var watch = Stopwatch.StartNew();
            _ = a.Matmul(a);
            best = Math.Max(best, 2.0 * n * n * n / watch.Elapsed.TotalSeconds / 1e9);
        }
        return best;
    }
}
