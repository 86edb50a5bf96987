using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>The posteriors q(z|x_n) of all rows of a split, encoded once: what a prior is fitted to when the encoder no longer moves.</summary>
public sealed class FrozenCodes : IDisposable
{
    // Of a diagonal Gaussian log-variances (N, L), of a full one factors (N, L, L), of points nothing.
    private readonly Tensor mean;
    private readonly Tensor? spread;

    private FrozenCodes(Tensor mean, Tensor? spread) => (this.mean, this.spread) = (TensorScope.Detach(mean), spread is null ? null : TensorScope.Detach(spread));

    /// <summary>N.</summary>
    public int Count => (int)mean.Shape[0];

    /// <summary>L.</summary>
    public int LatentDim => (int)mean.Shape[1];

    /// <summary>Whether the encoder is deterministic: its codes have no density.</summary>
    public bool ArePoints => spread is null;

    /// <summary>q(z) of all rows; null for points, which have no density.</summary>
    public AggregatePosterior? Aggregate => spread switch
    {
        null => null,
        { Rank: 2 } => AggregatePosterior.From(mean.ToArray<float>(), spread.ToArray<float>(), LatentDim),
        _ => AggregatePosterior.FromFactors(mean.ToArray<float>(), spread.ToArray<float>(), LatentDim),
    };

    /// <summary>Encodes a split.</summary>
    /// <exception cref="UserException">The latents are in layers.</exception>
    public static FrozenCodes Of(Experiment experiment, IDataset split, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (means, spreads, done) = (new List<Tensor>(), new List<Tensor>(), 0);
        foreach (var batch in new Batches(split, new BatchOptions { Size = 1024, Shuffle = false }).Epoch(0, 0))
        {
            using var part = TensorScope.Open();
            var (mean, spread) = Parts(experiment.Model.Encode(experiment.ToTensor(batch)));
            means.Add(part.Keep(mean));
            if (spread is not null) spreads.Add(part.Keep(spread));
            progress?.Report(done += batch.Count);
        }
        return new FrozenCodes(Tensor.Cat(0, [.. means]), spreads.Count == 0 ? null : Tensor.Cat(0, [.. spreads]));
    }

    /// <summary>Of posteriors that are known already, batch (N).</summary>
    /// <exception cref="UserException">They are chains.</exception>
    public static FrozenCodes Of(IDistribution posteriors)
    {
        using var scope = TensorScope.Open();
        var (mean, spread) = Parts(posteriors);
        return new FrozenCodes(mean.Detach().Clone(), spread?.Detach().Clone());
    }

    /// <summary>One draw of each row of a list. → <c>(rows, L)</c>.</summary>
    public Tensor Draw(ReadOnlySpan<long> rows, Generator generator)
    {
        var chosen = Tensor.From(rows.ToArray()).To(mean.Device);
        return Posterior(mean.IndexSelect(0, chosen), spread?.IndexSelect(0, chosen)).Sample(generator);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        spread?.Dispose();
    }

    private static IDistribution Posterior(Tensor mean, Tensor? spread) => spread switch
    {
        null => new Point(mean),
        { Rank: 2 } => Normal.FromLogVar(mean, spread),
        _ => new FullNormal(mean, spread),
    };

    private static (Tensor Mean, Tensor? Spread) Parts(IDistribution qz_x) => qz_x switch
    {
        Normal normal => (normal.Mean, normal.LogVar.Expand(normal.Mean.Shape).Contiguous()),
        FullNormal full => (full.Mean, full.Scale.Expand([.. full.Mean.Shape.AsSpan(), full.Mean.Shape[-1]]).Contiguous()),
        Point point => (point.Mean, null),
        _ => throw new UserException("the run has latents in layers: their prior is made of links that the encoder shares", "refit the prior of a run without model.hierarchy"),
    };
}
