using Elbow.Diagnostics;
using Elbow.Priors;

namespace Elbow.Training;

/// <summary>What a prior is worth to a model whose encoder and decoder stay as they are.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Omega">Ω = −E KL(q(z|x) ‖ p(z)), nats per example of the split; null for a deterministic encoder.</param>
/// <param name="CrossEntropy">−E_q log p(z), nats: all that a deterministic encoder leaves of Ω.</param>
/// <param name="MarginalKl">KL(q(z) ‖ p(z)) of the split's own aggregated posterior, nats; high as an estimate for more data of the kind. Null without a density of q(z).</param>
/// <param name="MarginalKlLower">The same with each example left out of q(z) at its own code: low.</param>
/// <param name="Holes">Where the prior has mass and the training codes have none.</param>
/// <param name="Elbo">With this prior, nats.</param>
/// <param name="Nll">−log p̂(x) with this prior, high in expectation.</param>
/// <param name="Samples">MMD between new data decoded from this prior and the split, on one scale for all priors.</param>
/// <param name="Fit">How it was fitted; null for the run's own prior.</param>
public sealed record PriorScore(
    string Name, PriorConfig Config, Estimate? Omega, Estimate CrossEntropy, Estimate? MarginalKl, double? MarginalKlLower, HoleReport? Holes, Estimate? Elbo, Estimate? Nll,
    TwoSampleResult Samples, PriorRefit? Fit)
{
    /// <summary>What stands for the prior when its density is known by samples only.</summary>
    public string? Surrogate { get; init; }
}
