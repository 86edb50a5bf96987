using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>What chains in both directions say of log p(x), means over simulated examples, nats.</summary>
/// <param name="Examples">How many were simulated.</param>
/// <param name="Lower">From the start to the posterior: low in expectation.</param>
/// <param name="Upper">From the posterior to the start: high in expectation.</param>
/// <param name="Gap">Upper − lower, paired over examples.</param>
/// <param name="Acceptance">Mean probability of acceptance; NaN without a transition.</param>
public sealed record BidirectionalBounds(int Examples, Estimate Lower, Estimate Upper, Estimate Gap, double Acceptance)
{
    /// <summary>Whether the bounds cross by more than four standard errors: then a density and its draws disagree somewhere in the model.</summary>
    public bool Cross => Gap.Value < -4 * Gap.StandardError;
}

/// <summary>Brackets log p(x) on data drawn from the model itself, where an exact draw of the posterior is at hand: the z that x was drawn from.</summary>
/// <remarks>
/// <para><b>Equation:</b> z ~ p(z), x ~ p(x|z). Forward: log (1/C) Σ w as in <see cref="AnnealedImportanceSampling"/>. Backward: chains start at that z and pass the
/// same transitions in the opposite order; E 1/w = 1/p(x), so −log (1/C) Σ 1/w is high by Jensen.</para>
/// <para><b>Shapes:</b> n examples → means with standard errors over examples. <b>Units:</b> nats.</para>
/// <para><b>Biased when:</b> both always, in opposite directions: lower ≤ E log p(x) ≤ upper in expectation. The gap bounds the error of the forward
/// chains in expectation, on data like the model's own; real data may be harder.</para>
/// <para><b>Special cases:</b> the C backward chains of an example begin at one z, so they are not independent; the bound needs only that each of
/// them is right in expectation.</para>
/// <para><b>Source:</b> Grosse, Ghahramani and Adams 2015, arXiv 1511.02543; for decoders Wu et al. 2017, arXiv 1611.04273, section 4.</para>
/// </remarks>
public static class BidirectionalMonteCarlo
{
    /// <summary>Simulates and brackets.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="examples">n.</param>
    /// <param name="settings">Steps, chains and so on.</param>
    /// <param name="generator">Of data and chains.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <exception cref="ArgumentException">As for <see cref="AnnealedImportanceSampling.LogLikelihood"/>.</exception>
    public static BidirectionalBounds Run(LatentVariableModel model, int examples, Annealing settings, Generator generator, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        settings.MustBeSound();
        using var frozen = Autograd.NoGrad();
        var run = new AnnealedRun(model, settings, generator, examples, sweeps: 2, progress);
        List<double> lower = [], upper = [];
        foreach (var (_, count) in AnnealedImportanceSampling.Chunks(model, examples, settings.Chains))
        {
            using var chunk = TensorScope.Open();
            var z = model.Prior.Density().Sample(generator, count);
            var on = run.On(model.Decode(z).Sample(generator).MustBe([count, model.Data.Size]));
            lower.AddRange(AnnealedImportanceSampling.LogMean(run.Forward(on)).Value.ToArray<double>());
            upper.AddRange((-AnnealedImportanceSampling.LogMean(-run.Backward(on, z)).Value).ToArray<double>());
        }
        return new BidirectionalBounds(
            examples, Estimate.Of(lower.ToArray()), Estimate.Of(upper.ToArray()), Estimate.Of([.. upper.Zip(lower, (above, below) => above - below)]), run.Acceptance);
    }
}
