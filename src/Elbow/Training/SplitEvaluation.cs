using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>What <c>evaluate</c> reports of a split. Every number is a mean over its examples, in nats unless the name says otherwise.</summary>
/// <param name="N">Examples.</param>
/// <param name="Elbo">Reconstruction − divergence, β = 1; null for a deterministic encoder, which has none.</param>
/// <param name="Reconstruction">E_q log p(x|z); of a deterministic encoder log p(x|z) at its code.</param>
/// <param name="Kl">KL(q(z|x) ‖ p(z)); null for a deterministic encoder, where it is infinite.</param>
/// <param name="Nll">−log p̂(x) by importance sampling: high in expectation; null when not asked for, and for a deterministic encoder, which cannot propose.</param>
/// <param name="NllSamples">K of <paramref name="Nll"/>; 0 without it.</param>
/// <param name="BitsPerDim">NLL (or −ELBO without it) in bits for each data dimension; null for densities, where it has no meaning, and without an ELBO.</param>
/// <param name="Mse">Squared error of the picture decoded from the posterior mean, for each data dimension.</param>
public sealed record SplitEvaluation(int N, Estimate? Elbo, Estimate Reconstruction, Estimate? Kl, Estimate? Nll, long NllSamples, Estimate? BitsPerDim, Estimate Mse)
{
    /// <summary>The sum of the three entropies; null for models that have no such meter (<c>methods/three-entropies.md</c>).</summary>
    public Estimate? EntropySum { get; init; }

    /// <summary>Why values are missing that a reader will look for; null when none are.</summary>
    public string? Note => Elbo is null
        ? "a deterministic encoder has no density: there is no divergence, no ELBO and no likelihood by importance sampling, only the reconstruction and the squared error"
        : null;

    /// <summary>Evaluates a model on a split.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="split">Its data.</param>
    /// <param name="elboSamples">Samples of z for each example in the reconstruction.</param>
    /// <param name="nllSamples">K; 0 for no NLL.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="progress">Told how many examples are done.</param>
    /// <exception cref="RunFailedException">A term of an example is not a number.</exception>
    public static SplitEvaluation Run(TrainedModel trained, IDataset split, long elboSamples = 10, long nllSamples = 0, long seed = 1, IProgress<int>? progress = null) =>
        RunEach(trained, split, elboSamples, nllSamples, seed, progress).Result;

    /// <summary>The same with what each example scored.</summary>
    /// <inheritdoc cref="Run"/>
    public static (SplitEvaluation Result, ExampleScores Scores) RunEach(
        TrainedModel trained, IDataset split, long elboSamples = 10, long nllSamples = 0, long seed = 1, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        return RunEach(trained.Experiment, trained.Experiment.Model, split, elboSamples, nllSamples, seed, progress);
    }

    /// <summary>The same of another model for an experiment's data.</summary>
    internal static (SplitEvaluation Result, ExampleScores Scores) RunEach(
        Experiment experiment, LatentVariableModel model, IDataset split, long elboSamples, long nllSamples, long seed, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(split);
        var parts = experiment.Config.Model;
        using var generator = new Generator(Seeds.For(seed, "evaluate"), experiment.Device);
        using var ofEntropies = new Generator(Seeds.For(seed, "entropies"), experiment.Device);
        using var scores = new ExampleScores.Collector();
        // One sample tells a variance that does not depend on z.
        var entropySamples = EntropyMeter.Misfit(parts) is not null ? 0 : parts.Likelihood is NormalLikelihood.Config { Scale: ScaleOf.Decoder } ? elboSamples : 1;
        var size = nllSamples > 0 ? (int)Math.Clamp(4096 / Math.Min(nllSamples, 64), 64, 1024) : 1024;
        foreach (var batch in new Batches(split, new BatchOptions { Size = size, Shuffle = false }).Epoch(0, 0))
        {
            using var scope = TensorScope.Open();
            scores.See(batch.Values.AsSpan(0, batch.Count * batch.Shape.Size));
            var x = experiment.ToTensor(batch);
            var terms = ElboEstimator.PerExample(model, x, elboSamples, generator);
            var reconstruction = terms.Reconstruction.ToArray<double>();
            scores["reconstruction"].AddRange(reconstruction);
            if (terms.Kl?.ToArray<double>() is { } kl)
            {
                scores["kl"].AddRange(kl);
                scores["elbo"].AddRange(reconstruction.Zip(kl, (r, k) => r - k));
            }
            else nllSamples = 0;
            scores["mse"].AddRange(terms.SquaredError.ToArray<double>());
            if (nllSamples > 0) scores["nll"].AddRange((-ImportanceSampling.LogLikelihood(model, x, nllSamples, generator)).ToArray<double>());
            if (entropySamples > 0 && Evaluation.EntropySum.PerExample(model, x, entropySamples, ofEntropies) is { } entropies) scores["entropySum"].AddRange(entropies.ToArray<double>());
            progress?.Report(scores["mse"].Count);
        }
        var each = scores.Scores();
        // An infinite term may be the truth, of a density that ends somewhere; what is not a number never is.
        foreach (var (name, column) in each.Columns)
        {
            if (column.Count(double.IsNaN) is > 0 and var bad)
                throw new RunFailedException($"the term '{name}' is not a number for {bad} of {column.Length} examples", "the weights are damaged, or the data are far from those of training: try another --checkpoint, and look at the range of the data");
        }
        Estimate? Mean(string name) => each.Columns.TryGetValue(name, out var column) ? Estimate.Of(column) : null;
        var (elbo, nll, perDim) = (Mean("elbo"), Mean("nll"), 1 / (Math.Log(2) * split.Shape.Size));
        Estimate? bits = parts.Likelihood.DiscreteLevels is null ? null : nll?.Affine(perDim) ?? elbo?.Affine(-perDim);
        var result = new SplitEvaluation(each.Columns["mse"].Length, elbo, Mean("reconstruction")!.Value, Mean("kl"), nll, nllSamples, bits, Mean("mse")!.Value) { EntropySum = Mean("entropySum") };
        return (result, each);
    }
}
