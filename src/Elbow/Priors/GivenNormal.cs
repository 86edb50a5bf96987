using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = N(m, diag s²) with given numbers.</summary>
/// <remarks>No parameters. Its entropy is Σ_j ½ log 2πe s_j².</remarks>
public sealed class GivenNormal : Module, IPrior
{
    private readonly Tensor mean;
    private readonly Tensor logVar;

    private GivenNormal(Config config, PriorContext context)
    {
        var L = context.LatentDim;
        using var scope = TensorScope.Open();
        mean = Constant(Place("mean", config.Mean, value => value));
        logVar = Constant(Place("stds", config.Stds, value => 2 * Math.Log(value)));

        Tensor Place(string key, IReadOnlyList<double> values, Func<double, double> map) => values.Count == 1 || values.Count == L
            ? Tensor.From([.. Enumerable.Range(0, L).Select(j => map(values[j % values.Count]))], [L]).To(context.Init.DType).To(context.Init.Device)
            : throw new ArgumentException($"model.prior.{key} has {values.Count} numbers for {L} latents");
    }

    /// <summary>Configuration of a given diagonal Gaussian.</summary>
    [Description("N(m, diag s^2) with given numbers; nothing is learned")]
    public sealed record Config : PriorConfig, IValidatableConfig
    {
        /// <summary>m, one number for each latent or one for all.</summary>
        [Description("means: one for each latent, or one for all"), MinLength(1), Range(-1e6, 1e6)]
        public IReadOnlyList<double> Mean { get; init; } = [0];

        /// <summary>s, one number for each latent or one for all.</summary>
        [Description("standard deviations: one for each latent, or one for all"), MinLength(1), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public IReadOnlyList<double> Stds { get; init; } = [1];

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new GivenNormal(this, context);
        }

        /// <inheritdoc/>
        public IEnumerable<ConfigError> Validate()
        {
            if (Mean.Count != 1 && Stds.Count != 1 && Mean.Count != Stds.Count)
                yield return new ConfigError("stds", $"{Stds.Count} standard deviations for {Mean.Count} means", $"give 1, or {Mean.Count}");
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => Normal.FromLogVar(mean, logVar);
}
