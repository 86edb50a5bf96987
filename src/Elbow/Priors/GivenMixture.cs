using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = Σ_k w_k N(z; m_k, s_k² I) with given numbers.</summary>
/// <remarks>No parameters. Without means it is the prior N1 of methods/ed-vae.md 4.1: four equal components at (±2, ±2), s = 0.4.</remarks>
public sealed class GivenMixture : Module, IPrior
{
    private readonly Tensor means;
    private readonly Tensor logVars;
    private readonly Tensor logWeights;

    private GivenMixture(Config config, PriorContext context)
    {
        var (K, L) = (config.Means.Count, context.LatentDim);
        var wrong = config.Means.FirstOrDefault(mean => mean.Count != L);
        if (wrong is not null) throw new ArgumentException($"model.prior.means has a mean of {wrong.Count} numbers for {L} latents");
        using var scope = TensorScope.Open();
        means = Constant(Place([.. config.Means.SelectMany(mean => mean)], K, L));
        logVars = Constant(Place([.. Enumerable.Range(0, K).Select(k => 2 * Math.Log(config.Stds[k % config.Stds.Count]))], K, 1));
        logWeights = Constant(Place([.. config.Weights.Count == 0 ? Enumerable.Repeat(0.0, K) : config.Weights.Select(weight => Math.Log(weight))], K));

        Tensor Place(double[] values, params long[] shape) => Tensor.From(values, shape).To(context.Init.DType).To(context.Init.Device);
    }

    /// <summary>Configuration of a given mixture.</summary>
    [Description("a mixture of round Gaussians with given means, standard deviations and weights; nothing is learned")]
    public sealed record Config : PriorConfig, IValidatableConfig
    {
        /// <summary>m_k, one list of L numbers for each component.</summary>
        [Description("one list of latentDim numbers for each component"), MinLength(1)]
        public IReadOnlyList<IReadOnlyList<double>> Means { get; init; } = [[2, 2], [2, -2], [-2, 2], [-2, -2]];

        /// <summary>s_k, one for each component or one for all.</summary>
        [Description("standard deviations: one for each component, or one for all"), MinLength(1), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public IReadOnlyList<double> Stds { get; init; } = [0.4];

        /// <summary>w_k up to a factor, one for each component; empty for equal weights.</summary>
        [Description("weights up to a factor, one for each component; empty for equal weights"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public IReadOnlyList<double> Weights { get; init; } = [];

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new GivenMixture(this, context);
        }

        /// <inheritdoc/>
        public IEnumerable<ConfigError> Validate()
        {
            if (Stds.Count != 1 && Stds.Count != Means.Count)
                yield return new ConfigError("stds", $"{Stds.Count} standard deviations for {Means.Count} means", $"give 1, or {Means.Count}");
            if (Weights.Count != 0 && Weights.Count != Means.Count)
                yield return new ConfigError("weights", $"{Weights.Count} weights for {Means.Count} means", $"give none, or {Means.Count}");
            if (Means.Any(mean => mean.Any(value => !double.IsFinite(value))))
                yield return new ConfigError("means", "a mean is not finite", "use finite numbers");
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new Mixture(logWeights, Normal.FromLogVar(means, logVars));
}
