using System.Diagnostics;
using System.Text.Json;
using Elbow.Data;
using Elbow.Objectives;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Benchmarks;

/// <summary>Live tensors and resident memory over 10,000 training steps.</summary>
internal static class LeakCheck
{
    internal static void Run(string model)
    {
        using var experiment = Experiment.Create(PeerModels.Config(model, BinariseKind.Static));
        using var state = new TrainingState(experiment);
        using var outer = TensorScope.Open();
        var x = experiment.ToTensor(new Batches(experiment.Data.Test!, new BatchOptions { Size = 16, Shuffle = false }).Epoch(0, 0).First());
        var seen = new List<object>();
        for (var step = 0; step <= 10_000; step++)
        {
            using (TensorScope.Open())
            {
                var terms = experiment.Objective.Evaluate(experiment.Model, x, new StepContext(0, state.Generator));
                state.Optimizer.Step(Autograd.Grad(-terms.Objective, state.Parameters), 1e-4);
                state.Statistics.Add(terms, terms.Objective.ToDouble());
            }
            if (step is 100 or 1_000 or 2_000 or 5_000 or 10_000) seen.Add(new { step, tensors = Tensor.LiveCount, mb = Environment.WorkingSet >> 20 });
        }
        Console.WriteLine(JsonSerializer.Serialize(seen));
    }
}
