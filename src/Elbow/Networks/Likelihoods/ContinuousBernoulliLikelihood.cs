using System.ComponentModel;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>The density of grey values in [0, 1] that the Bernoulli formula becomes once it is normalised.</summary>
/// <remarks>Source: Loaiza-Ganem and Cunningham 2019, "The continuous Bernoulli", arXiv 1907.06845.</remarks>
public sealed class ContinuousBernoulliLikelihood : ILikelihood
{
    private ContinuousBernoulliLikelihood() { }

    /// <summary>Configuration of a continuous Bernoulli likelihood.</summary>
    [Description("grey values in [0, 1], as a density")]
    public sealed record Config : LikelihoodConfig
    {
        /// <inheritdoc/>
        public override Support Support => Support.UnitInterval;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new ContinuousBernoulliLikelihood();
    }

    /// <inheritdoc/>
    public int OutputsPerDimension => 1;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h) => new ContinuousBernoulli(h);
}
