using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>p(z) = Σ_k w_k q(z|u_k): a mixture of the encoder's answers to K pseudo-inputs u_k, which are learned.</summary>
/// <remarks>
/// <para>Gradients reach the pseudo-inputs and, through the prior, the encoder. The K pseudo-inputs are encoded in one pass for each step.</para>
/// <para>With K = N, u_n = x_n and equal weights p(z) is the aggregated posterior; KL(q(z|x_n) ‖ p(z)) is then at most log N.</para>
/// <para>Source: Tomczak and Welling, VAE with a VampPrior, 2018, arXiv 1705.07120: w = 1/K, pseudo-inputs clamped to the range of the data
/// (hard tanh) and started at N(mean, std²) or at training images with noise. Learned w: Alemi et al. 2018; Tomczak's notebook
/// (methods/priors.md 2.3.3). Departs from the notebook: it starts uniformly on [0, 17] for integers 0 … 16 and leaves the pseudo-inputs
/// unconstrained; here they start uniformly on the range of the data and, unless <see cref="Config.Clamp"/> is off, stay in it.</para>
/// </remarks>
public sealed class VampPrior : Module, IPrior
{
    private readonly Config config;
    private readonly PriorContext context;
    private readonly Tensor pseudoInputs;
    private readonly Tensor logWeights;

    private VampPrior(Config config, PriorContext context)
    {
        (this.config, this.context) = (config, context);
        pseudoInputs = Parameter("pseudoInputs", First());
        logWeights = config.Weighted ? Parameter("logWeights", context.Init.Constant(0, config.Components)) : Constant(context.Init.Constant(0, config.Components));
        using (Autograd.NoGrad())
        {
            using var scope = TensorScope.Open();
            Components.MustMix(context.Encode(PseudoInputs.Narrow(0, 0, 1)), config.NotebookCompatible);
        }
        if (config.Frozen) Freeze();
    }

    /// <summary>Where pseudo-inputs start.</summary>
    public enum Start
    {
        /// <summary>Uniformly on the range of the data.</summary>
        Uniform,
        /// <summary>N(initialMean, initialStd²) for each value.</summary>
        Normal,
        /// <summary>Training examples, spread over the data, with N(0, initialStd²) added.</summary>
        Data,
    }

    /// <summary>Configuration of a VampPrior.</summary>
    [Description("a mixture of encoded pseudo-inputs (VampPrior)")]
    public sealed record Config : PriorConfig
    {
        /// <summary>K.</summary>
        [Description("number of pseudo-inputs; the paper has 500"), Range(1, 100_000)]
        public int Components { get; init; } = 500;

        /// <summary>Where pseudo-inputs start.</summary>
        [Description("where pseudo-inputs start: uniform on the range of the data, normal, or at training examples with noise")]
        public Start Initial { get; init; } = Start.Data;

        /// <summary>Mean of a normal start, on the scale of the data.</summary>
        [Description("mean of a normal start, on the scale of the data"), Range(-1e6, 1e6)]
        public double InitialMean { get; init; } = 0.05;

        /// <summary>Standard deviation of a normal start, or of the noise on examples.</summary>
        [Description("standard deviation of a normal start, or of the noise on training examples, on the scale of the data"), Range(0.0, 1e6)]
        public double InitialStd { get; init; } = 0.01;

        /// <summary>Whether pseudo-inputs are clamped to the range of the data.</summary>
        [Description("clamp pseudo-inputs to the range of the data, where it has one")]
        public bool Clamp { get; init; } = true;

        /// <summary>Whether w is learned; else it is 1/K.</summary>
        [Description("learn the weights of the components; else they are equal")]
        public bool Weighted { get; init; }

        /// <summary>Whether to train a notebook's product of one-dimensional mixtures instead.</summary>
        [Description("train the product of one-dimensional mixtures of the book's notebook instead: another density, for comparison only")]
        public bool NotebookCompatible { get; init; }

        /// <summary>Whether pseudo-inputs and weights stay as they start; the encoder still moves.</summary>
        [Description("keep pseudo-inputs and weights as they start; the encoder still moves")]
        public bool Frozen { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new VampPrior(this, context);
        }
    }

    /// <summary>u <c>(K, D)</c>, as the encoder gets them.</summary>
    public Tensor PseudoInputs => config.Clamp && double.IsFinite(context.Bounds.High - context.Bounds.Low)
        ? pseudoInputs.Clamp(context.Bounds.Low, context.Bounds.High)
        : pseudoInputs;

    /// <inheritdoc/>
    public IDistribution Density() => Components.Mix(logWeights, context.Encode(PseudoInputs), config.NotebookCompatible);

    private Tensor First()
    {
        var (K, D, init) = (config.Components, context.Data.Size, context.Init);
        switch (config.Initial)
        {
            case Start.Normal:
                return init.Normal(config.InitialMean, config.InitialStd, K, D);
            case Start.Uniform when double.IsFinite(context.Bounds.High - context.Bounds.Low):
                return init.Uniform(context.Bounds.Low, context.Bounds.High, K, D);
            case Start.Uniform:
                throw new ArgumentException("pseudo-inputs cannot start uniformly on data without bounds: set model.prior.initial to data or normal");
            default:
                using (var scope = TensorScope.Open())
                    return scope.Keep(context.Examples(K).To(init.DType) + init.Normal(0, config.InitialStd, K, D));
        }
    }
}
