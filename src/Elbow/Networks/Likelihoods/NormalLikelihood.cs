using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Where the scale of a location-scale likelihood comes from.</summary>
public enum ScaleOf
{
    /// <summary>A constant: VAE-0.</summary>
    Fixed,
    /// <summary>One learned number: VAE-1.</summary>
    Learned,
    /// <summary>One learned number for each data dimension: VAE-1d.</summary>
    PerDimension,
    /// <summary>From the decoder, for each z and dimension: VAE-3.</summary>
    Decoder,
}

/// <summary>p(x|z) = N(μ(z), σ²), σ fixed, learned, learned per dimension, or σ(z) from the decoder.</summary>
/// <remarks>
/// σ is learned as log σ² with a free offset and no activation, so that the entropy equality of the three-entropies theorem can be
/// reached exactly (methods of Damm et al. 2023, arXiv 2010.14860).
/// </remarks>
public sealed class NormalLikelihood : Module, ILikelihood
{
    private readonly Config config;

    private NormalLikelihood(Config config, int dataSize, Init init)
    {
        this.config = config;
        var start = 2 * Math.Log(config.Sigma);
        LogVar = config.Scale switch
        {
            ScaleOf.Fixed => Buffer("logVar", init.Constant(start, 1)),
            ScaleOf.Learned => Parameter("logVar", init.Constant(start, 1)),
            ScaleOf.PerDimension => Parameter("logVar", init.Constant(start, dataSize)),
            _ => null,
        };
    }

    /// <summary>Configuration of a Gaussian likelihood.</summary>
    [Description("real numbers, Gaussian")]
    public sealed record Config : LikelihoodConfig
    {
        /// <summary>Where σ comes from.</summary>
        [Description("fixed sigma, one learned, one learned per dimension, or sigma(z) from the decoder")]
        public ScaleOf Scale { get; init; } = ScaleOf.Learned;

        /// <summary>σ when fixed, else its first value.</summary>
        [Description("sigma when fixed, else its first value"), Range(1e-4, 1e4)]
        public double Sigma { get; init; } = 1;

        /// <summary>A nonlinearity on the mean.</summary>
        [Description("nonlinearity on the mean")]
        public ActivationKind Mean { get; init; } = ActivationKind.Identity;

        /// <inheritdoc/>
        public override Support Support => Support.Real;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new NormalLikelihood(this, dataSize, init);
    }

    /// <summary>log σ² <c>(1)</c>, or <c>(D)</c> when there is one per dimension; null when the decoder predicts it.</summary>
    public Tensor? LogVar { get; }

    /// <inheritdoc/>
    public int OutputsPerDimension => LogVar is null ? 2 : 1;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h)
    {
        var (mean, spread) = LogVar is null ? h.Halves(-1) : (h, LogVar);
        // The decoder's numbers start near zero: sigma starts at its configured value through the offset.
        if (LogVar is null && config.Sigma != 1) spread += 2 * Math.Log(config.Sigma);
        return Normal.FromLogVar(Activation.Apply(config.Mean, mean), spread);
    }
}
