using Elbow.Data;
using Elbow.Experiments;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>
/// The objective and its gradients as a CUDA graph: recorded once, replayed for every later batch. Small models spend most of a step on
/// launching kernels one by one, which a replay does not.
/// </summary>
/// <remarks>
/// Used on a GPU, for objectives that say so (<see cref="IRepeats"/>), after their warm-up, for batches of the full size. The first steps
/// are run one by one: libraries choose their kernels then. A model that cannot be recorded, as one that reads a number back, ends the run
/// with the setting that mends it: after a broken recording libtorch's generator and allocator are not to be relied on.
/// </remarks>
internal sealed class CapturedStep(Experiment experiment, TrainingState state) : IDisposable
{
    private const int StepsBefore = 3;

    private readonly double warmUp = experiment.Config.Objective.WarmUpEpochs;
    private readonly bool possible = experiment.Device.IsCuda && experiment.Objective is IRepeats && experiment.Config.Training.CaptureSteps && CudaGraph.RecordsDraws;
    private int before;
    private CudaGraph? graph;
    private Tensor? input;
    private Results? results;

    /// <summary>What a step leaves behind, for the rest of the training loop; valid until the next replay.</summary>
    /// <param name="Terms">The objective's terms.</param>
    /// <param name="Gradients">Of −objective, one for each parameter.</param>
    /// <param name="Sums">The terms summed, as <see cref="TermStatistics.SumsOf"/> does.</param>
    internal sealed record Results(ObjectiveTerms Terms, Tensor[] Gradients, Tensor Sums)
    {
        internal IEnumerable<Tensor> Tensors => [Terms.Objective, .. Terms.Terms.Select(term => term.PerExample), .. Gradients, Sums];
    }

    /// <summary>The results for a batch; null when this step must be run one by one.</summary>
    public Results? Replay(Batch batch, StepContext context)
    {
        if (!possible || context.Epoch < warmUp || batch.Count != experiment.Config.Training.BatchSize) return null;
        if (graph is null && before++ < StepsBefore) return null;
        if (graph is null) Record(batch, context);
        input!.CopyFrom<float>(batch.Values.AsSpan(0, (int)input.Count));
        graph!.Replay();
        return results;
    }

    private void Record(Batch batch, StepContext context)
    {
        using var scope = TensorScope.Open();
        graph = new CudaGraph();
        input = TensorScope.Detach(experiment.ToTensor(batch));
        try
        {
            graph.Capture(() => results = Step(input, context), context.Generator);
        }
        catch (TorchException error)
        {
            throw new UserException($"the training step cannot be recorded as a CUDA graph: {error.Message.Split('\n')[0]}", "set training.captureSteps to false", error);
        }
    }

    private Results Step(Tensor x, StepContext context)
    {
        var terms = experiment.Objective.Evaluate(experiment.Model, x, context);
        var gradients = Autograd.Grad(-terms.Objective, state.Parameters);
        using var frozen = Autograd.NoGrad();
        var step = new Results(
            new ObjectiveTerms(terms.Objective.Detach(), [.. terms.Terms.Select(term => new Term(term.Name, term.PerExample.Detach()))]),
            [.. gradients.Select(gradient => gradient.Contiguous())],
            TermStatistics.SumsOf(terms));
        foreach (var tensor in step.Tensors) TensorScope.Detach(tensor);
        return step;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        graph?.Dispose();
        input?.Dispose();
        foreach (var tensor in results?.Tensors ?? []) tensor.Dispose();
        (graph, input, results) = (null, null, null);
    }
}
