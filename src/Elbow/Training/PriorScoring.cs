using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Measures priors on the same codes, the same draws and the same data, so that differences between them are theirs.</summary>
/// <remarks>
/// <para><b>Equation:</b> −Ω = I(x; z) + KL(q(z) ‖ p(z)): the information of the split's N codes does not depend on the prior, so Ω ≤ −I for every prior.</para>
/// <para><b>Units:</b> nats. A divergence below 0 by more than five standard errors is an error of the program and no result.</para>
/// </remarks>
public sealed class PriorScoring : IDisposable
{
    private const int MostPictures = 500;

    private readonly Experiment experiment;
    private readonly IDataset split;
    private readonly AggregatePosterior? seen;
    private readonly OwnDensities? own;
    private readonly FrozenCodes codes;
    private readonly double[] drawn, real;

    /// <summary>Prepares what all priors share.</summary>
    /// <param name="experiment">The model, in evaluation mode.</param>
    /// <param name="split">What is measured on, two rows at least.</param>
    /// <param name="training">Codes of the training data, in which holes are looked for: the decoder has seen no others.</param>
    /// <param name="seed">Of all draws.</param>
    public PriorScoring(Experiment experiment, IDataset split, FrozenCodes training, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(training);
        (this.experiment, this.split, Seed) = (experiment, split, seed);
        if (split.Count < 2) throw new UserException("a split of one row has no aggregated posterior", "use a larger split: --split train");
        codes = FrozenCodes.Of(experiment, split);
        seen = training.Aggregate;
        own = codes.Aggregate?.AtOwnSamples([.. Enumerable.Range(0, split.Count)], seed);
        drawn = own?.Samples ?? Drawn();
        if (own is not null)
        {
            Information = Estimate.Of(own.Own.Zip(own.With, (posterior, aggregate) => posterior - aggregate).ToArray());
            Entropy = Estimate.Of(own.With).Affine(-1);
        }
        real = Real(split, Math.Min(MostPictures, split.Count));
    }

    /// <summary>I(x; z) of the split's codes, nats; at most log N. Null without a density of q(z).</summary>
    public Estimate? Information { get; }

    /// <summary>H[q(z)] of the split's codes, nats.</summary>
    public Estimate? Entropy { get; }

    /// <summary>Rows measured on.</summary>
    public int Count => split.Count;

    /// <summary>Of all draws.</summary>
    public long Seed { get; }

    /// <summary>Importance samples for each example; 0 for no likelihood.</summary>
    public long NllSamples { get; init; }

    /// <summary>How holes are looked for.</summary>
    public HoleOptions Holes { get; init; } = new();

    /// <summary>Why values are missing that a reader will look for; null when none are.</summary>
    public string? Note => codes.ArePoints
        ? "a deterministic encoder has no density: there is no divergence, no aggregated posterior to compare with and no likelihood, only the cross-entropy and the samples"
        : null;

    /// <summary>Measures a prior with the model's encoder and decoder.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="prior">The prior; it stays the caller's.</param>
    /// <param name="fit">How it came about; null for the run's own.</param>
    /// <param name="progress">Told how many rows are evaluated.</param>
    /// <exception cref="RunFailedException">A bound is broken.</exception>
    public PriorScore Of(PriorConfig config, IPrior prior, PriorRefit? fit = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var model = fit is null ? experiment.Model : experiment.Model.WithPrior(prior);
        var density = LatentPrior.Of(Name(config), model.Prior.Density);
        var logP = density.LogDensity(drawn);
        var evaluation = codes.ArePoints ? null : SplitEvaluation.RunEach(experiment, model, split, elboSamples: 10, NllSamples, Seed, progress).Result;
        Estimate? marginal = own is null ? null : Estimate.Of(own.With.Zip(logP, (q, p) => q - p).ToArray());
        if (marginal is { } kl && kl.Value < -5 * kl.StandardError - 1e-6)
            throw new RunFailedException($"KL(q(z)||p(z)) = {kl}, and no divergence is negative: the density of {Name(config)} does not integrate to 1", "this is a fault of Elbow: report it with the configuration of the prior");
        return new PriorScore(
            Name(config), config, evaluation?.Kl?.Affine(-1), Estimate.Of(logP).Affine(-1), marginal, own?.Without.Zip(logP, (q, p) => q - p).Average(),
            seen is { Count: > 1 } ? Diagnostics.Holes.Find(seen, density, Holes) : null, evaluation?.Elbo, evaluation?.Nll, Compare(model, fit is null), fit)
        {
            Surrogate = (prior as ISurrogate)?.Surrogate,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => codes.Dispose();

    // The kind as configurations name it.
    private static string Name(PriorConfig config) => ConfigKind.NameOf(config);

    private double[] Drawn()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(Seeds.For(Seed, "codes"), experiment.Device);
        return codes.Draw([.. Enumerable.Range(0, codes.Count).Select(row => (long)row)], generator).To(DType.Float64).ToArray<double>();
    }

    // New data against rows spread over the split. The scale of the kernel is that of the rows, one for all priors.
    private TwoSampleResult Compare(LatentVariableModel model, bool asTrained)
    {
        var count = real.Length / split.Shape.Size;
        var arrays = new ArrayModel(model, experiment.Device, asTrained ? () => experiment.SamplingDensity : null);
        var decoded = arrays.DrawData(arrays.DrawPrior(count, Seeds.For(Seed, "sample")), Seeds.For(Seed, "draw"));
        return MmdTest.Run(Array.ConvertAll(decoded, value => (double)value), real, split.Shape.Size, new() { Seed = Seed }, Scale(real, split.Shape.Size));
    }

    private static double Scale(double[] rows, int D)
    {
        using var scope = TensorScope.Open();
        return Math.Max(2 * Tensor.From<double>(rows, [rows.Length / D, D]).Var([0]).Sum().ToDouble(), 1e-12);
    }

    private static double[] Real(IDataset split, int count)
    {
        var rows = Enumerable.Range(0, count).Select(n => (int)((long)n * split.Count / count)).ToArray();
        var values = new float[count * split.Shape.Size];
        split.Read(rows, values);
        return Array.ConvertAll(values, value => (double)value);
    }
}
