using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>The anatomy of a trained model on a split.</summary>
public static class SplitAnatomy
{
    // Numbers of data whose histograms are counted: beyond, evenly spaced rows.
    private const long MostForEntropy = 100_000_000;

    /// <summary>Encodes a split and takes its ELBO apart; the decoder sees the same points z as everything else.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="split">Its data.</param>
    /// <param name="options">Points, seed, threads; decoder, data entropy and likelihood are filled in here.</param>
    /// <param name="heldOut">Data whose posteriors make up q(z), when not those of the split itself.</param>
    /// <param name="encoding">Told how many rows are encoded.</param>
    /// <exception cref="UserException">The posterior is no Gaussian over all latents at once.</exception>
    /// <exception cref="RunFailedException">A bound that holds for certain is violated.</exception>
    public static Anatomy Run(TrainedModel trained, IDataset split, AnatomyOptions options, IDataset? heldOut = null, IProgress<int>? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        var parts = trained.Experiment.Config.Model;
        MustHaveDensities(parts);
        split = split.AtEpoch(0);
        if (split.Count < 2) throw new UserException("the split has one example: nothing is left when it is left out of q(z)", "choose a larger split");
        return Anatomy.Of(Encode(split), LatentPrior.Of(KindOf(parts), trained.Experiment.Model.Prior.Density), options with
        {
            Reconstruction = (codes, z) => Decode(trained, split, codes, z),
            DataEntropy = DataEntropyOf(split, parts.Likelihood),
            LikelihoodFactorises = true,
            Mixture = heldOut is null ? null : Encode(heldOut.AtEpoch(0)),
        });

        AggregatePosterior Encode(IDataset data)
        {
            using var codes = FrozenCodes.Of(trained.Experiment, data, encoding);
            return codes.Aggregate!;
        }
    }

    /// <summary>Refuses models whose posteriors are no Gaussians over all latents at once.</summary>
    private static void MustHaveDensities(Models.ModelConfig parts)
    {
        if (parts.HasGaussianPosterior) return;
        throw parts.Hierarchy is not null
            ? new UserException(
                "the latents lie in layers: the posterior of a layer is a network of the layers before it, so q(z) would need a pass through the networks for each pair of examples",
                "take the ELBO, its KL and log p(x) instead: elbow evaluate RUN --nll 1000")
            : new UserException(
                "a deterministic encoder has no density: no KL, no entropy and no information exists", "look at reconstruction and codes: elbow evaluate RUN, elbow embed RUN --out z.csv");
    }

    private static string KindOf(Models.ModelConfig parts)
    {
        var name = parts.Prior.GetType().DeclaringType!.Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static (double[] LogPx_z, double[]? Entropy) Decode(TrainedModel trained, IDataset split, int[] codes, double[] z)
    {
        using var frozen = Autograd.NoGrad();
        var (L, D) = (trained.Experiment.Model.LatentDim, split.Shape.Size);
        var (logPx_z, entropy) = (new double[codes.Length], new double[codes.Length]);
        var gaussian = false;
        for (var first = 0; first < codes.Length; first += ArrayModel.RowsAtOnce)
        {
            using var scope = TensorScope.Open();
            var rows = Math.Min(ArrayModel.RowsAtOnce, codes.Length - first);
            var values = new float[rows * D];
            split.Read(codes.AsSpan(first, rows), values);
            var x = Tensor.From<float>(values, [rows, D], trained.Experiment.Device);
            var points = Tensor.From<double>(z.AsSpan(first * L, rows * L), [rows, L], trained.Experiment.Device).To(DType.Float32);
            var px_z = trained.Experiment.Model.Decode(points);
            px_z.LogProb(x).To(DType.Float64).ToArray<double>().CopyTo(logPx_z, first);
            gaussian = px_z is Normal;
            if (px_z is Normal normal) normal.Entropy().To(DType.Float64).Expand([rows]).ToArray<double>().CopyTo(entropy, first);
        }
        return (logPx_z, gaussian ? entropy : null);
    }

    private static double? DataEntropyOf(IDataset split, LikelihoodConfig likelihood)
    {
        if (likelihood.DiscreteLevels is null) return null;
        using var scope = TensorScope.Open();
        var D = split.Shape.Size;
        var count = (int)Math.Min(split.Count, Math.Max(1, MostForEntropy / D));
        var values = new float[count * D];
        split.Read([.. Enumerable.Range(0, count).Select(n => (int)((long)n * split.Count / count))], values);
        return DataEntropy.OfColumns(Tensor.From<float>(values, [count, D]), likelihood);
    }
}
