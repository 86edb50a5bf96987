using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>What an autoencoding objective ascends for the sake of the data.</summary>
public enum ReconstructionKind
{
    /// <summary>log p(x|z), of the model's likelihood.</summary>
    LogLikelihood,
    /// <summary>−‖x − x̂‖², x̂ the mean of p(x|z): Gaussian up to a constant and a factor, and the loss of many papers on autoencoders.</summary>
    SquaredError,
}

/// <summary>The reconstruction of autoencoding objectives, one number for each example.</summary>
/// <param name="LogLikelihood">log p(x|z) <c>(B)</c>, nats: reported whatever is ascended.</param>
/// <param name="Ascended">What is ascended, scaled, <c>(B)</c>.</param>
/// <param name="Terms">What to report beside it.</param>
internal readonly record struct Reconstruction(Tensor LogLikelihood, Tensor Ascended, IReadOnlyList<Term> Terms)
{
    /// <summary>Of a decoded batch.</summary>
    internal static Reconstruction Of(IDistribution px_z, Tensor x, ReconstructionKind kind, double scale)
    {
        var logPx_z = px_z.LogProb(x);
        if (kind == ReconstructionKind.LogLikelihood) return new(logPx_z, scale == 1 ? logPx_z : scale * logPx_z, []);
        var error = (x - px_z.Mean).Square().Sum(1L);
        return new(logPx_z, -scale * error, [new("squaredError", error)]);
    }

    /// <summary>A scale that is learned has no place in a squared error.</summary>
    internal static IEnumerable<Misfit> Misfits(ReconstructionKind kind, LikelihoodConfig likelihood)
    {
        if (kind == ReconstructionKind.SquaredError && likelihood is not NormalLikelihood.Config { Scale: ScaleOf.Fixed })
            yield return new("objective.reconstruction", "a squared error is the reconstruction of a Gaussian with a fixed scale, and trains no other likelihood",
                "set model.likelihood to normal with scale fixed, or objective.reconstruction to logLikelihood");
    }
}
