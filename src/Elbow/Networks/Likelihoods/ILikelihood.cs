using System.Text.Json.Serialization;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>The last step of a decoder: numbers → p(x|z).</summary>
public interface ILikelihood
{
    /// <summary>How many numbers the network must give for each data dimension.</summary>
    int OutputsPerDimension { get; }

    /// <summary>p(x|z). <c>h (…, P·D)</c>, P blocks of D → a distribution with batch (…) and events (D).</summary>
    IDistribution Given(Tensor h);
}

/// <summary>Which values a likelihood gives mass or density to.</summary>
public enum Support
{
    /// <summary>0 and 1.</summary>
    Binary,
    /// <summary>The interval from 0 to 1.</summary>
    UnitInterval,
    /// <summary>The integers 0 … levels − 1.</summary>
    Integers,
    /// <summary>Equally spaced levels on the interval from 0 to 1: k/(levels − 1).</summary>
    Levels,
    /// <summary>Every real number.</summary>
    Real,
}

/// <summary>Chooses the family of p(x|z).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BernoulliLikelihood.Config), "bernoulli")]
[JsonDerivedType(typeof(ContinuousBernoulliLikelihood.Config), "continuousBernoulli")]
[JsonDerivedType(typeof(NormalLikelihood.Config), "normal")]
[JsonDerivedType(typeof(LaplaceLikelihood.Config), "laplace")]
[JsonDerivedType(typeof(DiscretisedLogisticLikelihood.Config), "discretisedLogistic")]
[JsonDerivedType(typeof(DiscretisedLogisticMixtureLikelihood.Config), "discretisedLogisticMixture")]
[JsonDerivedType(typeof(CategoricalLikelihood.Config), "categorical")]
public abstract record LikelihoodConfig
{
    /// <summary>Builds the head for D data dimensions.</summary>
    public abstract ILikelihood Build(int dataSize, Init init);

    /// <summary>The values that have mass or density: data outside is refused before training.</summary>
    [JsonIgnore] public abstract Support Support { get; }

    /// <summary>Number of levels of a discrete likelihood; bits per dimension have meaning then.</summary>
    [JsonIgnore] public virtual int? DiscreteLevels => null;
}
