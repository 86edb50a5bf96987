using Elbow.Data;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>log p(x) of a split by annealed importance sampling: a second opinion beside the one by importance sampling.</summary>
/// <param name="N">Examples.</param>
/// <param name="LogLikelihood">Mean of log p̂(x) with its standard error over examples, nats; low in expectation.</param>
/// <param name="ChainError">The part of that error that more chains would lessen: √(Σ se²)/N, se over the chains of each example; NaN for one chain.</param>
/// <param name="Settings">Steps, chains and so on.</param>
/// <param name="Acceptance">Mean probability of acceptance.</param>
public sealed record AnnealedEvaluation(int N, Estimate LogLikelihood, double ChainError, Annealing Settings, double Acceptance)
{
    /// <summary>Anneals the examples of a split.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="split">Its data.</param>
    /// <param name="settings">Steps, chains and so on.</param>
    /// <param name="seed">Of the chains.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <exception cref="UserException">The model cannot be annealed so.</exception>
    public static AnnealedEvaluation Run(TrainedModel trained, IDataset split, Annealing settings, long seed, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(split);
        using var generator = Begin(trained, settings, "annealing", seed);
        List<double> values = [];
        var (squares, accepted) = (0.0, 0.0);
        foreach (var batch in new Batches(split, new BatchOptions { Size = 1024, Shuffle = false }).Epoch(0, 0))
        {
            using var scope = TensorScope.Open();
            var before = values.Count;
            var part = AnnealedImportanceSampling.LogLikelihood(
                trained.Experiment.Model, trained.Experiment.ToTensor(batch), settings, generator, new Share(progress, (double)before / split.Count, (double)batch.Count / split.Count));
            values.AddRange(part.LogLikelihood.ToArray<double>());
            squares += part.StandardError.Square().Sum().ToDouble();
            accepted += part.Acceptance * batch.Count;
        }
        return new AnnealedEvaluation(values.Count, Estimate.Of(values.ToArray()), Math.Sqrt(squares) / values.Count, settings, accepted / values.Count);
    }

    /// <summary>Brackets log p(x) on data drawn from the model.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="examples">How many to draw.</param>
    /// <param name="settings">Steps, chains and so on.</param>
    /// <param name="seed">Of data and chains.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <exception cref="UserException">The model cannot be annealed so.</exception>
    public static BidirectionalBounds Simulate(TrainedModel trained, int examples, Annealing settings, long seed, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        using var generator = Begin(trained, settings, "simulated", seed);
        return BidirectionalMonteCarlo.Run(trained.Experiment.Model, examples, settings, generator, progress);
    }

    private static Generator Begin(TrainedModel trained, Annealing settings, string purpose, long seed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var model = trained.Experiment.Model;
        if (settings.From == AnnealFrom.Posterior && model.Encode(Tensor.Zeros([1, model.Data.Size], DType.Float32, trained.Experiment.Device)) is Point)
            throw new UserException("a deterministic encoder has no density that chains could start from", "use --anneal-from prior");
        return new Generator(Seeds.For(seed, purpose), trained.Experiment.Device);
    }

    private sealed class Share(IProgress<double>? whole, double from, double of) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(from + of * value);
    }
}
