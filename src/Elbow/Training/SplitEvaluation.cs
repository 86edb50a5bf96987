using Elbow.Data;
using Elbow.Evaluation;
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
    public static SplitEvaluation Run(TrainedModel trained, IDataset split, long elboSamples = 10, long nllSamples = 0, long seed = 1, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var experiment = trained.Experiment;
        using var generator = new Generator(Seeds.For(seed, "evaluate"), experiment.Device);
        List<double> reconstruction = [], kl = [], logLikelihood = [], mse = [];
        var size = nllSamples > 0 ? (int)Math.Clamp(4096 / Math.Min(nllSamples, 64), 64, 1024) : 1024;
        foreach (var batch in new Batches(split, new BatchOptions { Size = size, Shuffle = false }).Epoch(0, 0))
        {
            using var scope = TensorScope.Open();
            var x = experiment.ToTensor(batch);
            var terms = ElboEstimator.PerExample(experiment.Model, x, elboSamples, generator);
            reconstruction.AddRange(terms.Reconstruction.ToArray<double>());
            if (terms.Kl is { } divergence) kl.AddRange(divergence.ToArray<double>());
            else nllSamples = 0;
            mse.AddRange(terms.SquaredError.ToArray<double>());
            if (nllSamples > 0) logLikelihood.AddRange(ImportanceSampling.LogLikelihood(experiment.Model, x, nllSamples, generator).ToArray<double>());
            progress?.Report(mse.Count);
        }
        Estimate? elbo = kl.Count > 0 ? Estimate.Of([.. reconstruction.Zip(kl, (r, k) => r - k)]) : null;
        Estimate? nll = nllSamples > 0 ? Estimate.Of(logLikelihood.ToArray()).Affine(-1) : null;
        var perDim = 1 / (Math.Log(2) * split.Shape.Size);
        Estimate? bits = experiment.Config.Model.Likelihood.DiscreteLevels is null ? null : nll?.Affine(perDim) ?? elbo?.Affine(-perDim);
        return new SplitEvaluation(
            mse.Count, elbo, Estimate.Of(reconstruction.ToArray()), kl.Count > 0 ? Estimate.Of(kl.ToArray()) : null, nll, nllSamples, bits, Estimate.Of(mse.ToArray()));
    }
}
