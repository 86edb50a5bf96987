using Elbow.Distributions;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Priors;

public sealed class LearnedNormalTests
{
    [Fact]
    public void Density_FirstValue_IsTheGaussianFormula()
    {
        using var scope = TensorScope.Open();
        var prior = new LearnedNormal.Config { InitialLogVar = 1 }.Build(Small.PriorContext(3));
        var z = Small.Normal(1, 4, 5, 3);
        var expected = -0.5 * (z.Square().Sum(-1L) / Math.E + 3 * (1 + Math.Log(2 * Math.PI)));
        Assert.Equal(0, (prior.Density().LogProb(z) - expected).Abs().Amax(0, 1).ToDouble(), 1e-12);
    }

    [Fact]
    public void Density_Standard_IsTheSpecialCase()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 6, 2);
        var standard = new StandardNormal(Small.PriorContext(2)).Density().LogProb(z);
        Assert.Equal(standard.ToArray<double>(), new LearnedNormal.Config().Build(Small.PriorContext(2)).Density().LogProb(z).ToArray<double>());
    }

    [Fact]
    public void LogVar_OfEveryLatent_IsLearned()
    {
        using var scope = TensorScope.Open();
        var prior = (LearnedNormal)new LearnedNormal.Config { InitialLogVar = 0.5 }.Build(Small.PriorContext(3));
        Assert.Equal("logVar", Assert.Single(prior.NamedParameters()).Key);
        ParameterGradients.Check(prior.NamedParameters(), () => prior.Density().LogProb(Small.Normal(1, 4, 3)).Sum());
        Assert.NotNull(Kl.Exact(Normal.FromLogVar(Small.Normal(1, 4, 3), Small.Normal(2, 4, 3)), prior.Density()));
    }
}
