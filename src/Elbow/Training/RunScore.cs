using Elbow.Diagnostics;
using Elbow.Networks;
using Elbow.Priors;

namespace Elbow.Training;

/// <summary>What one run scored on a split.</summary>
/// <param name="Run">Name of the run folder.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="DataSha256">Which data it was evaluated on.</param>
/// <param name="Checkpoint">Which of its checkpoints was evaluated.</param>
/// <param name="NllSamples">K of the NLL, 0 without one.</param>
/// <param name="Values">By the names of <c>evaluate</c>: elbo, reconstruction, kl, nll, bitsPerDim, mse, entropySum; a run may lack some.</param>
public sealed record RunScore(string Run, ExperimentConfig Config, string DataSha256, string Checkpoint, long NllSamples, IReadOnlyDictionary<string, Estimate> Values)
{
    /// <summary>The seed of the run.</summary>
    public long Seed => Config.Training.Seed;

    /// <summary>Examples it was evaluated on; 0 when it is not known.</summary>
    public int Count { get; init; }

    /// <summary>What each example scored; null when it was not kept.</summary>
    public ExampleScores? Examples { get; init; }

    /// <summary>Adds Schwarz's criterion of linear decoders with one learned variance, whose parameters are known by number.</summary>
    /// <remarks>
    /// <c>bic</c> = k log n − 2 Σ ELBO with k = D + DH − H(H − 1)/2 + 1, <c>bicAuthors</c> with the HD + 1 of the paper's authors, <c>bicEntropySum</c> and
    /// <c>bicEntropySumAuthors</c> with the entropy sum in place of the ELBO: sums over the n examples, smaller is better (<see cref="Bic"/>). Of other decoders there is none:
    /// the weights of a network are no independent parameters.
    /// </remarks>
    /// <param name="D">Numbers in an example.</param>
    public RunScore WithBic(int D)
    {
        var n = Count;
        if (Config.Model is not { Hierarchy: null, Decoder: Mlp.Config { Hidden.Count: 0 }, Likelihood: NormalLikelihood.Config { Scale: ScaleOf.Learned }, Prior: StandardNormal.Config or LearnedNormal.Config })
            return this;
        var H = Config.Model.LatentDim;
        (string Name, string From, int Parameters)[] criteria =
        [
            ("bic", "elbo", Bic.Parameters(D, H)), ("bicAuthors", "elbo", Bic.ParametersOfTheAuthors(D, H)),
            ("bicEntropySum", "entropySum", Bic.Parameters(D, H)), ("bicEntropySumAuthors", "entropySum", Bic.ParametersOfTheAuthors(D, H)),
        ];
        var (values, columns) = (new Dictionary<string, Estimate>(Values), Examples?.Columns.ToDictionary());
        foreach (var (name, from, parameters) in criteria)
        {
            // k log n − 2 n ELBO: as a mean over examples it keeps its standard error and its pairs.
            if (Values.TryGetValue(from, out var mean)) values[name] = mean.Affine(-2.0 * n, Bic.Of(0, parameters, n));
            if (Examples?.Columns.TryGetValue(from, out var column) == true) columns![name] = Array.ConvertAll(column, value => Bic.Of(n * value, parameters, n));
        }
        return this with { Values = values, Examples = columns is null ? null : Examples! with { Columns = columns } };
    }
}
