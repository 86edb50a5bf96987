using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = Σ_k w_k N(z; m_k, diag s_k²), w = softmax(ω), all learned.</summary>
/// <remarks>
/// <para>The density is that of the whole vector: coordinates are summed before the log-sum-exp over k.</para>
/// <para>Source: Tomczak, Deep Generative Modeling, 4.4.1, and its notebook (methods/priors.md 2.3.2): m ~ multiplier · N(0, 1),
/// log s² ~ N(0, 1), ω = 0. Departs from the source: the multiplier, undefined there, is 1; log s² is clamped to ±7, free there; the
/// notebook's product of one-dimensional mixtures only with <see cref="Config.NotebookCompatible"/>, and draws come from the density that is
/// trained, with s and not s² as the standard deviation.</para>
/// </remarks>
public sealed class MixtureOfGaussians : Module, IPrior
{
    private readonly Config config;
    private readonly Tensor means;
    private readonly Tensor logVars;
    private readonly Tensor logWeights;

    private MixtureOfGaussians(Config config, PriorContext context)
    {
        this.config = config;
        var (K, L) = (config.Components, context.LatentDim);
        means = Parameter("means", context.Init.Normal(0, config.Multiplier, K, L));
        logVars = Parameter("logVars", context.Init.Normal(0, 1, K, L));
        logWeights = config.Weighted ? Parameter("logWeights", context.Init.Constant(0, K)) : Constant(context.Init.Constant(0, K));
        if (config.Frozen) Freeze();
    }

    /// <summary>Configuration of a mixture of Gaussians.</summary>
    [Description("a learned mixture of diagonal Gaussians")]
    public sealed record Config : PriorConfig
    {
        /// <summary>K.</summary>
        [Description("number of components"), Range(1, 100_000)]
        public int Components { get; init; } = 16;

        /// <summary>Standard deviation of the means at the start.</summary>
        [Description("standard deviation of the means at the start"), Range(0.0, 1e3)]
        public double Multiplier { get; init; } = 1;

        /// <summary>Whether w is learned; else the components count alike.</summary>
        [Description("learn the weights of the components; else they are equal")]
        public bool Weighted { get; init; } = true;

        /// <summary>Log-variances are clamped to ±this; null leaves them free.</summary>
        [Description("log-variances are clamped to ± this; null leaves them free"), Range(0.1, 100.0)]
        public double? LogVarLimit { get; init; } = 7;

        /// <summary>Whether to train a notebook's product of one-dimensional mixtures instead.</summary>
        [Description("train the product of one-dimensional mixtures of the book's notebook instead: another density, for comparison only")]
        public bool NotebookCompatible { get; init; }

        /// <summary>Whether the prior stays as it starts.</summary>
        [Description("keep the prior as it starts")]
        public bool Frozen { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new MixtureOfGaussians(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() =>
        Components.Mix(logWeights, Normal.FromLogVar(means, Components.Clamped(logVars, config.LogVarLimit)), config.NotebookCompatible);
}
