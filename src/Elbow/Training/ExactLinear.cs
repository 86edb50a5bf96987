using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>What is known of a linear VAE on a split without any sample, in nats for each example.</summary>
/// <remarks>See <see cref="LinearVae"/> for the equations and their source.</remarks>
/// <param name="LogLikelihood">log p(x) of the model.</param>
/// <param name="Elbo">Its ELBO.</param>
/// <param name="EntropySum">The sum of its three entropies, which needs no data.</param>
/// <param name="Optimum">The largest log-likelihood that as many latents can have on these data: probabilistic PCA.</param>
public sealed record ExactLinear(double LogLikelihood, double Elbo, double EntropySum, double Optimum)
{
    /// <summary>Evaluates a linear VAE on a split; null for any other model.</summary>
    public static ExactLinear? Of(Experiment experiment, IDataset split)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(split);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        if (LinearVae.From(experiment.Model) is not { } vae || vae.Weight.Shape[1] >= split.Shape.Size) return null;
        var values = new List<float>(split.Count * split.Shape.Size);
        foreach (var batch in new Batches(split, new BatchOptions { Size = 1024, Shuffle = false }).Epoch(0, 0)) values.AddRange(batch.Values.AsSpan(0, batch.Count * batch.Shape.Size));
        var x = Tensor.From<float>([.. values], [split.Count, split.Shape.Size]).To(DType.Float64);
        return new ExactLinear(vae.LogLikelihood(x).Mean().ToDouble(), vae.Elbo(x).Mean().ToDouble(), vae.Entropies.Sum, LinearVae.Optimum(x, (int)vae.Weight.Shape[1]));
    }
}
