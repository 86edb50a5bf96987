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
[JsonDerivedType(typeof(Banana.Config), "banana")]
[JsonDerivedType(typeof(FlowPrior.Config), "flow")]
[JsonDerivedType(typeof(FullNormalPrior.Config), "fullNormal")]
[JsonDerivedType(typeof(Gtm.Config), "gtm")]
[JsonDerivedType(typeof(GtmVamp.Config), "gtmVamp")]
[JsonDerivedType(typeof(GumbelPrior.Config), "gumbel")]
[JsonDerivedType(typeof(LaplacePrior.Config), "laplace")]
[JsonDerivedType(typeof(LaplaceGumbel.Config), "laplaceGumbel")]
[JsonDerivedType(typeof(LearnedNormal.Config), "learnedNormal")]
[JsonDerivedType(typeof(GivenMixture.Config), "mixture")]
[JsonDerivedType(typeof(MixtureOfGaussians.Config), "mog")]
[JsonDerivedType(typeof(GivenNormal.Config), "normal")]
[JsonDerivedType(typeof(SamplesPrior.Config), "samples")]
[JsonDerivedType(typeof(StandardNormal.Config), "standardNormal")]
[JsonDerivedType(typeof(StudentTPrior.Config), "studentT")]
[JsonDerivedType(typeof(SoftUniformPrior.Config), "uniformSoft")]
[JsonDerivedType(typeof(VampPrior.Config), "vamp")]
public abstract record PriorConfig
{
    /// <summary>Builds the prior.</summary>
    /// <exception cref="ArgumentException">It does not fit the latents or the data.</exception>
    public abstract IPrior Build(PriorContext context);
}
