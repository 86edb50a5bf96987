using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>For each data dimension a mixture of M discretised logistics.</summary>
/// <remarks>
/// Source: Salimans et al. 2017 (PixelCNN++), arXiv 1701.05517, section 2.1. The mixture is over each dimension by itself, as there;
/// colour channels are not coupled (departs from section 2.2 of the source).
/// </remarks>
public sealed class DiscretisedLogisticMixtureLikelihood : ILikelihood
{
    private readonly Config config;
    private readonly int dataSize;

    private DiscretisedLogisticMixtureLikelihood(Config config, int dataSize) => (this.config, this.dataSize) = (config, dataSize);

    /// <summary>Configuration of a mixture of discretised logistics.</summary>
    [Description("levels in [0, 1], each dimension a mixture of discretised logistics")]
    public sealed record Config : LikelihoodConfig
    {
        /// <summary>M: components of the mixture.</summary>
        [Description("components of the mixture"), Range(1, 100)]
        public int Components { get; init; } = 5;

        /// <summary>Number of levels.</summary>
        [Description("number of equally spaced levels"), Range(2, 65536)]
        public int Levels { get; init; } = 256;

        /// <inheritdoc/>
        public override Support Support => Support.Levels;

        /// <inheritdoc/>
        public override int? DiscreteLevels => Levels;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new DiscretisedLogisticMixtureLikelihood(this, dataSize);
    }

    /// <inheritdoc/>
    public int OutputsPerDimension => 3 * config.Components;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h)
    {
        var M = config.Components;
        // (…, 3M, D) → weights, means, log-scales, each (…, D, M)
        var blocks = h.Reshape(h.Shape.Head(-1).Append(3 * M, dataSize)).Transpose(-1, -2);
        var logWeights = blocks.Narrow(-1, 0, M).LogSoftmax(-1);
        // Means are spread over [0, 1] at the start, or all components would be one.
        var offsets = Tensor.Linspace(-2, 2, M, h.DType, h.Device);
        var means = (blocks.Narrow(-1, M, M) + offsets).Sigmoid();
        var logScales = (blocks.Narrow(-1, 2 * M, M) - 2.0).Clamp(-7, 2);
        return DiscretisedLogisticMixture.Create(logWeights, means, logScales, levels: config.Levels);
    }
}
