using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>A logistic density integrated over the bins of equally spaced levels in [0, 1]: grey or colour images as discrete data.</summary>
/// <remarks>Source: Kingma et al. 2016, arXiv 1606.04934; limits on the log-scale as in the VampPrior code (methods/priors.md 4.2).</remarks>
public sealed class DiscretisedLogisticLikelihood : Module, ILikelihood
{
    private readonly Config config;
    private readonly ScaleSource logScale;

    private DiscretisedLogisticLikelihood(Config config, int dataSize, Init init)
    {
        this.config = config;
        logScale = new(config.Scale, config.LogScale, dataSize, init, start => Parameter("logScale", start), start => Buffer("logScale", start));
    }

    /// <summary>Configuration of a discretised logistic likelihood.</summary>
    [Description("levels of grey or colour in [0, 1], as discrete data")]
    public sealed record Config : LikelihoodConfig
    {
        /// <summary>Number of levels.</summary>
        [Description("number of equally spaced levels"), Range(2, 65536)]
        public int Levels { get; init; } = 256;

        /// <summary>Where the scale comes from.</summary>
        [Description("fixed scale, one learned, one learned per dimension, or from the decoder")]
        public ScaleOf Scale { get; init; } = ScaleOf.Decoder;

        /// <summary>log scale when fixed, else its first value.</summary>
        [Description("log of the scale when fixed, else its first value"), Range(-10.0, 2.0)]
        public double LogScale { get; init; } = -2;

        /// <inheritdoc/>
        public override Support Support => Support.Levels;

        /// <inheritdoc/>
        public override int? DiscreteLevels => Levels;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new DiscretisedLogisticLikelihood(this, dataSize, init);
    }

    /// <inheritdoc/>
    public int OutputsPerDimension => logScale.OutputsPerDimension;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h)
    {
        var (mean, spread) = logScale.Split(h);
        if (config.Scale == ScaleOf.Decoder) spread = spread.Clamp(-7, 2);
        return new DiscretisedLogistic(mean.Sigmoid(), spread, levels: config.Levels);
    }
}
