using System.ComponentModel;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>p(x|z) = Π_d π_d^x_d (1 − π_d)^(1 − x_d), with logits from the network: binary data.</summary>
public sealed class BernoulliLikelihood : ILikelihood
{
    private BernoulliLikelihood() { }

    /// <summary>Configuration of a Bernoulli likelihood.</summary>
    [Description("binary data")]
    public sealed record Config : LikelihoodConfig
    {
        /// <summary>Accept grey values in [0, 1]. The value is then a cross-entropy, not a likelihood.</summary>
        [Description("accept grey values in [0, 1]: the value is then a cross-entropy, not a likelihood")]
        public bool AllowGrey { get; init; }

        /// <inheritdoc/>
        public override Support Support => AllowGrey ? Support.UnitInterval : Support.Binary;

        /// <inheritdoc/>
        public override int? DiscreteLevels => AllowGrey ? null : 2;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new BernoulliLikelihood();
    }

    /// <inheritdoc/>
    public int OutputsPerDimension => 1;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h) => new Bernoulli(h);
}
