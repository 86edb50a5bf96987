using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Objectives;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>The cheap half of the anatomy, while training: the ELBO as information quantities, on the same few rows each time.</summary>
/// <remarks>
/// <para><b>Equation:</b> at one z_i ~ q(z|x_i) for each row, with the B rows of a batch as mixture: ELBO = reconstruction − KL; KL = cross-entropy −
/// H[q(z|x)] = I + KL(q(z) ‖ p(z)); H[q(z)] between Ĥ_mix and Ĥ_loo, I between Î_NCE and Î_loo, hence KL(q(z) ‖ p(z)) between KL − Î_loo and KL − Î_NCE
/// (<see cref="AggregateEstimators"/>). I + total correlation + dimension-wise KL = log q(z|x) − log p(z) as in <see cref="BetaTcVae"/>
/// with q(z_i) = q(z_i|x_i)/N + (N − 1)/N · mean over the other rows of the batch, for the N rows of the split. Gaussian models have their <see cref="GaussianEntropies"/> and the meter ELBO − F_3E.</para>
/// <para><b>Units:</b> nats, means over the rows. Standard errors are those of independent rows: what rows share through their mixture is not in them.</para>
/// <para><b>Biased when:</b> the bracketed ones always, in the direction of their name; Î_NCE ≤ log B, so that a lower value near the ceiling says
/// only "at least". The estimate of q(z) by N rows is unbiased, its logarithm low: I is high,
/// total correlation and dimension-wise KL err in no fixed direction.</para>
/// <para>Nothing here touches what training draws: rows are evenly spaced, samples have a seed of their own for each epoch.</para>
/// </remarks>
public sealed class LiveAnatomy
{
    /// <summary>B at most.</summary>
    public const int MostMembers = 256;

    private const long MostPairs = 1 << 24;
    private readonly Experiment experiment;
    private readonly IDataset split;
    private readonly int[] rows;

    /// <summary>Chooses the rows.</summary>
    public LiveAnatomy(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        this.experiment = experiment;
        var data = experiment.Data;
        (split, SplitName) = data.Validation is { } validation ? (validation, "validation") : (data.Train, "train");
        var L = experiment.Model.LatentDim;
        var wanted = Math.Min(split.Count, experiment.Config.Diagnostics.AnatomyRows
            ?? AutomaticRows(data.Train.Count, experiment.Model.NamedParameters().Sum(parameter => parameter.Value.Count), L));
        Members = Math.Min(wanted, Math.Min(MostMembers, Math.Max(2, (int)Math.Sqrt(MostPairs / L))));
        // Whole batches only: log B is the same ceiling for all.
        Rows = wanted / Members * Members;
        rows = [.. Enumerable.Range(0, Rows).Select(n => (int)((long)n * split.Count / Rows))];
    }

    /// <summary>validation, or train when nothing is held out.</summary>
    public string SplitName { get; }

    /// <summary>How many rows are looked at.</summary>
    public int Rows { get; }

    /// <summary>B: rows in each mixture.</summary>
    public int Members { get; }

    /// <summary>How many rows cost about 2 % of an epoch of training, from its size alone: never from a clock, so that runs repeat to the bit.</summary>
    /// <remarks>
    /// Multiplications, roughly: 6 for each parameter and row of training (forward, and twice that backward), 2 for a look, which also compares each row with
    /// <see cref="MostMembers"/> others in every latent, at about 300 multiplications' time for each density. Convolutions share weights, so their
    /// training costs more than this says and the look less of it. At least 64, at most 10,000.
    /// </remarks>
    /// <param name="trainingRows">Rows of an epoch.</param>
    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="latentDim">L.</param>
    public static int AutomaticRows(long trainingRows, long parameters, int latentDim)
    {
        const double share = 0.02, density = 300;
        var look = 2.0 * parameters + density * MostMembers * latentDim;
        return (int)Math.Clamp(share * trainingRows * 6 * parameters / look, 64, 10_000);
    }

    /// <summary>Looks. Call it inside <see cref="Experiment.Judge"/>.</summary>
    /// <param name="epoch">Seeds the samples.</param>
    /// <returns>Estimates by name and series by name, one number per latent; null for deterministic encoders, which have no densities.</returns>
    public (IReadOnlyDictionary<string, Estimate> Values, IReadOnlyDictionary<string, IReadOnlyList<double>> Series)? Look(int epoch)
    {
        using var generator = new Generator(Seeds.For(experiment.Config.Training.Seed, "anatomy", epoch), experiment.Device);
        using var statistics = new TermStatistics();
        var latents = new PosteriorSummary();
        var data = split.AtEpoch(0);
        var values = new float[Members * data.Shape.Size];
        for (var from = 0; from < Rows; from += Members)
        {
            using var scope = TensorScope.Open();
            data.Read(rows.AsSpan(from, Members), values);
            var x = Tensor.From(values, [Members, data.Shape.Size], experiment.Device);
            var (qz_x, pz) = (experiment.Model.Encode(x), experiment.Model.Prior.Density());
            if (qz_x is Point) return null;
            latents.Add(qz_x, pz);
            var terms = Terms(qz_x, pz, x, generator);
            statistics.Add(terms, terms.Objective.ToDouble());
        }
        var estimates = statistics.Estimates().ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (estimates.ContainsKey("mutualInformationLower")) estimates["mutualInformationCeiling"] = new Estimate(Math.Log(Members), 0);
        if (latents.Count == 0) return (estimates, new Dictionary<string, IReadOnlyList<double>>());
        estimates["activeLatents"] = new Estimate(latents.Active, 0);
        return (estimates, new Dictionary<string, IReadOnlyList<double>>
        {
            ["kl"] = latents.Kl,
            ["entropy"] = latents.Entropy,
            ["secondMoment"] = latents.SecondMoment,
            ["momentGap"] = latents.Gap,
            ["collapsed"] = [.. latents.Entropy.Select(entropy => entropy >= PosteriorSummary.CollapseEntropy ? 1.0 : 0.0)],
        });
    }

    private ObjectiveTerms Terms(IDistribution qz_x, IDistribution pz, Tensor x, Generator generator)
    {
        var z = qz_x.Sample(generator);
        var px_z = experiment.Model.Decode(z);
        var reconstruction = px_z.LogProb(x);
        var (kl, entropy) = KlAndEntropy(qz_x, pz, z);
        List<Term> terms = [new("reconstruction", reconstruction), new("kl", kl), new("elbo", reconstruction - kl), new("entropyConditional", entropy), new("crossEntropy", kl + entropy)];
        // Layers, whose densities are conditional on each other, are compared only each with itself.
        if (qz_x is Normal or FullNormal && Members > 1) terms.AddRange(Aggregate(PairwiseNormal.LogProb(qz_x, z), kl));
        if (qz_x is Normal normal && Members > 1)
        {
            var parts = BetaTcVae.Parts(normal, pz, z, LogWeights(Members, split.Count, z));
            terms.AddRange(new("mutualInformation", parts.MutualInformation), new("totalCorrelation", parts.TotalCorrelation), new("dimensionwiseKl", parts.DimensionKl));
        }
        if (GaussianEntropies.Of(qz_x, pz, px_z, reconstruction, kl) is { } three)
        {
            var prior = ((IHasEntropy)pz).Entropy().Expand(entropy.Shape);
            terms.AddRange(
                new("entropyEncoder", entropy), new("entropyPrior", prior), new("entropyDecoder", entropy - prior - three.Sum), new("entropySum", three.Sum),
                new("entropyGap", three.VarianceGap + three.MomentGap), new("varianceGap", three.VarianceGap), new("momentGap", three.MomentGap));
        }
        // Sums in float64, whatever the model's type.
        return new ObjectiveTerms((reconstruction - kl).Mean(), [.. terms.Select(term => term with { PerExample = term.PerExample.To(DType.Float64) })]);
    }

    // Closed forms where there are any; of log q(z|x) − log p(z) only what has none is taken at the sample.
    private static (Tensor Kl, Tensor Entropy) KlAndEntropy(IDistribution qz_x, IDistribution pz, Tensor z)
    {
        if (qz_x is not IHasEntropy known)
        {
            var sampled = Kl.Given(qz_x, pz, z);
            return (sampled, -pz.LogProb(z) - sampled);
        }
        var entropy = known.Entropy();
        return (Kl.Exact(qz_x, pz) ?? -pz.LogProb(z) - entropy, entropy);
    }

    // Own row 1/N, the others' (N − 1)/N in equal parts: unbiased for q(z) like the paper's, which gives one of them another weight; all 1/N when B = N.
    private static Tensor LogWeights(int B, int N, Tensor like) =>
        Tensor.Where(Tensor.Eye(B, like.DType, like.Device).Eq(1), -Math.Log(N), Tensor.Full(Math.Log((N - 1.0) / N / (B - 1)), [B, B], like.DType, like.Device));

    private static IEnumerable<Term> Aggregate(Tensor logQz_x, Tensor kl)
    {
        var (low, high) = (AggregateEstimators.InfoNce(logQz_x), AggregateEstimators.LeaveOneOutInformation(logQz_x));
        return
        [
            new("entropyAggregateLower", AggregateEstimators.MixtureEntropy(logQz_x)), new("entropyAggregateUpper", AggregateEstimators.LeaveOneOutEntropy(logQz_x)),
            new("mutualInformationLower", low), new("mutualInformationUpper", high), new("marginalKlLower", kl - high), new("marginalKlUpper", kl - low),
        ];
    }
}
