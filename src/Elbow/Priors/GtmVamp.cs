using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = Σ_k w_k q(z|u(g_k)): a network draws the pseudo-inputs of a VampPrior from the points g_k of a fixed grid.</summary>
/// <remarks>
/// <para>u(g) = low + (high − low) · sigmoid(network(g)), the range of the data; data without bounds have no such prior.</para>
/// <para>Source: Tomczak's book, 4.4.1, and its notebook (methods/priors.md 2.3.5). Departs from the source: the notebook multiplies by the
/// number of pixel values, 17, where the largest value is 16; joint mixture as for <see cref="MixtureOfGaussians"/>.</para>
/// </remarks>
public sealed class GtmVamp : Module, IPrior
{
    private readonly Config config;
    private readonly PriorContext context;
    private readonly Tensor grid;
    private readonly Sequential network;
    private readonly Tensor logWeights;

    private GtmVamp(Config config, PriorContext context)
    {
        if (!double.IsFinite(context.Bounds.High - context.Bounds.Low))
            throw new ArgumentException("gtmVamp draws pseudo-inputs between the bounds of the data, and these data have none: scale them (data.scale), or use the prior vamp");
        (this.config, this.context) = (config, context);
        grid = Constant(LatentGrid.Points(config.Side, config.GridDims, config.GridRange, context.Init));
        network = Child("network", new Mlp.Config { Hidden = config.Hidden, Activation = config.Activation }.Build(config.GridDims, context.Data.Size, context.Init));
        var weights = context.Init.Constant(0, grid.Shape[0]);
        logWeights = config.Weighted ? Parameter("logWeights", weights) : Constant(weights);
        using (Autograd.NoGrad())
        {
            using var scope = TensorScope.Open();
            Components.MustMix(context.Encode(PseudoInputs.Narrow(0, 0, 1)), config.NotebookCompatible);
        }
        if (config.Frozen) Freeze();
    }

    /// <summary>Configuration of a GTM-VampPrior.</summary>
    [Description("a VampPrior whose pseudo-inputs a network draws from a fixed grid (GTM-VampPrior)")]
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

        /// <summary>Whether to train a notebook's product of one-dimensional mixtures instead.</summary>
        [Description("train the product of one-dimensional mixtures of the book's notebook instead: another density, for comparison only")]
        public bool NotebookCompatible { get; init; }

        /// <summary>Whether network and weights stay as they start; the encoder still moves.</summary>
        [Description("keep network and weights as they start; the encoder still moves")]
        public bool Frozen { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new GtmVamp(this, context);
        }
    }

    /// <summary>u <c>(K, D)</c>, as the encoder gets them.</summary>
    public Tensor PseudoInputs => context.Bounds.Low + (context.Bounds.High - context.Bounds.Low) * network.Forward(grid).Sigmoid();

    /// <inheritdoc/>
    public IDistribution Density() => Components.Mix(logWeights, context.Encode(PseudoInputs), config.NotebookCompatible);
}
