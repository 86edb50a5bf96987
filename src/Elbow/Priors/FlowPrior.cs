using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>A normalising flow to N(0, I): log p(z) = log N(f(z); 0, I) + log |det ∂f/∂z|, f learned.</summary>
/// <remarks>
/// <para>f is a chain of coupling layers, each followed by a reversal of the coordinates. Density and draws both cost one pass.</para>
/// <para>Source: Dinh et al. 2017, arXiv 1605.08803 (RealNVP); Durkan et al. 2019, arXiv 1906.04032
/// (neural splines); RealNVP as a prior: Tomczak's book, 4.4.1, and its notebook (methods/priors.md 2.3.6).
/// Departs from the notebook: log |det| counts once, not once for each latent, which would reward contraction and is no density; odd L.</para>
/// </remarks>
public sealed class FlowPrior : Module, IPrior
{
    private readonly IBijection[] layers;
    private readonly Tensor zero;

    private FlowPrior(Config config, PriorContext context)
    {
        var net = new Mlp.Config { Hidden = config.Hidden, Activation = config.Activation };
        layers = [.. Enumerable.Range(0, config.Layers).Select(k => Child<IBijection>($"{k}", config.Coupling == Kind.Spline
            ? new SplineCoupling(context.LatentDim, net, config.Bins, config.SplineBound, context.Init)
            : new AffineCoupling(context.LatentDim, net, context.Init)))];
        zero = Constant(context.Init.Constant(0, context.LatentDim));
        if (config.Frozen) Freeze();
    }

    /// <summary>How one half of the latents moves the other.</summary>
    public enum Kind
    {
        /// <summary>Stretches and shifts (RealNVP).</summary>
        Affine,
        /// <summary>Monotone rational-quadratic splines (neural spline flow).</summary>
        Spline,
    }

    /// <summary>Configuration of a flow prior.</summary>
    [Description("a normalising flow of coupling layers to N(0, I): RealNVP, or neural splines")]
    public sealed record Config : PriorConfig
    {
        /// <summary>F.</summary>
        [Description("number of coupling layers"), Range(1, 1000)]
        public int Layers { get; init; } = 3;

        /// <summary>How one half of the latents moves the other.</summary>
        [Description("affine: stretches and shifts (RealNVP); spline: rational-quadratic splines")]
        public Kind Coupling { get; init; } = Kind.Affine;

        /// <summary>Pieces of each spline.</summary>
        [Description("pieces of each spline; for coupling spline"), Range(2, 64)]
        public int Bins { get; init; } = 8;

        /// <summary>Splines are the identity outside ± this.</summary>
        [Description("splines are the identity outside ± this; for coupling spline"), Range(0.1, 1e3)]
        public double SplineBound { get; init; } = 5;

        /// <summary>Widths of the hidden layers of both networks of a coupling layer.</summary>
        [Description("widths of the hidden layers of the networks"), Range(1, 1_000_000)]
        public IReadOnlyList<int> Hidden { get; init; } = [256, 256];

        /// <summary>The networks' nonlinearity.</summary>
        [Description("nonlinearity of the networks")]
        public ActivationKind Activation { get; init; } = ActivationKind.LeakyRelu;

        /// <summary>Whether the prior stays as it starts.</summary>
        [Description("keep the prior as it starts")]
        public bool Frozen { get; init; }

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new FlowPrior(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new Flow(Normal.FromLogVar(zero, zero), layers);
}
