using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = Σ_k w_k N(z; m(g_k), diag s²(g_k)): a network carries a fixed grid of points g_k into the latent space.</summary>
/// <remarks>
/// <para>Neighbours on the grid become neighbouring components, so the mixture is a bent sheet. K = sideᶜ.</para>
/// <para>Source: Bishop, Svensén and Williams, GTM: the generative topographic mapping, 1998; as a prior Tomczak's book, 4.4.1, and its
/// notebook (methods/priors.md 2.3.4). Departs from the source: log s² is clamped to ±7, free there; joint mixture and draws as for
/// <see cref="MixtureOfGaussians"/>.</para>
/// </remarks>
public sealed class Gtm : Module, IPrior
{
    private readonly Config config;
    private readonly Tensor grid;
    private readonly Sequential network;
    private readonly Tensor logWeights;

    private Gtm(Config config, PriorContext context)
    {
        this.config = config;
        grid = Constant(LatentGrid.Points(config.Side, config.GridDims, config.GridRange, context.Init));
        network = Child("network", new Mlp.Config { Hidden = config.Hidden, Activation = config.Activation }.Build(config.GridDims, 2 * context.LatentDim, context.Init));
        var weights = context.Init.Constant(0, grid.Shape[0]);
        logWeights = config.Weighted ? Parameter("logWeights", weights) : Constant(weights);
        if (config.Frozen) Freeze();
    }

    /// <summary>Configuration of a generative topographic mapping.</summary>
    [Description("a mixture of Gaussians that a network makes from a fixed grid (GTM)")]
    public sealed record Config : PriorConfig
    {
        /// <summary>Points along each dimension of the grid.</summary>
        [Description("points along each dimension of the grid; there are side^gridDims components"), Range(1, 1000)]
        public int Side { get; init; } = 4;

        /// <summary>C.</summary>
        [Description("dimensions of the grid"), Range(1, 16)]
        public int GridDims { get; init; } = 2;

        /// <summary>The grid spans ±this.</summary>
        [Description("the grid spans ± this in each dimension"), Range(0.0, 1e3, MinimumIsExclusive = true)]
        public double GridRange { get; init; } = 1;

        /// <summary>Widths of the network's hidden layers.</summary>
        [Description("widths of the hidden layers of the network"), Range(1, 1_000_000)]
        public IReadOnlyList<int> Hidden { get; init; } = [256, 256];

        /// <summary>The network's nonlinearity.</summary>
        [Description("nonlinearity of the network")]
        public ActivationKind Activation { get; init; } = ActivationKind.Tanh;

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
            return new Gtm(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density()
    {
        var (means, logVars) = network.Forward(grid).Halves(-1);
        return Components.Mix(logWeights, Normal.FromLogVar(means, Components.Clamped(logVars, config.LogVarLimit)), config.NotebookCompatible);
    }
}
