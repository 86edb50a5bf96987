using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>For each data dimension free probabilities of the integers 0 … V − 1, by softmax: the likelihood of the book's digits.</summary>
public sealed class CategoricalLikelihood : ILikelihood
{
    private readonly int levels;
    private readonly int dataSize;

    private CategoricalLikelihood(int levels, int dataSize) => (this.levels, this.dataSize) = (levels, dataSize);

    /// <summary>Configuration of a categorical likelihood.</summary>
    [Description("integers 0 … levels-1, free probabilities")]
    public sealed record Config : LikelihoodConfig
    {
        /// <summary>V: number of values.</summary>
        [Description("number of values: the data are 0 … levels-1"), Range(2, 1024)]
        public required int Levels { get; init; }

        /// <inheritdoc/>
        public override Support Support => Support.Integers;

        /// <inheritdoc/>
        public override int? DiscreteLevels => Levels;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new CategoricalLikelihood(Levels, dataSize);
    }

    /// <inheritdoc/>
    public int OutputsPerDimension => levels;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h) => new Categorical(h.Reshape(h.Shape.Head(-1).Append(levels, dataSize)).Transpose(-1, -2));
}
