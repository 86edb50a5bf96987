using System.Text.Json.Serialization;
using Elbow.Distributions;
using Elbow.Networks;

namespace Elbow.Priors;

/// <summary>p(z).</summary>
public interface IPrior
{
    /// <summary>
    /// p(z) with its present parameters, events (L). Asked once for each step: a prior that must compute its components does so here,
    /// and the result serves the whole batch.
    /// </summary>
    IDistribution Density();
}

/// <summary>Chooses the prior.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LearnedNormal.Config), "learnedNormal")]
[JsonDerivedType(typeof(StandardNormal.Config), "standardNormal")]
public abstract record PriorConfig
{
    /// <summary>Builds the prior.</summary>
    /// <exception cref="ArgumentException">It does not fit the latents or the data.</exception>
    public abstract IPrior Build(PriorContext context);
}
