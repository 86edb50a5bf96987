using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Priors;

public sealed class StandardNormalTests
{
    [Fact]
    public void Density_AnyPoint_IsTheGaussianFormula()
    {
        using var scope = TensorScope.Open();
        using var prior = new StandardNormal(Small.PriorContext(3));
        var z = Small.Normal(1, 4, 5, 3);
        var expected = -0.5 * (z.Square().Sum(-1L) + 3 * Math.Log(2 * Math.PI));
        Assert.Equal(0, (prior.Density().LogProb(z) - expected).Abs().Amax(0, 1).ToDouble(), 1e-12);
    }

    [Fact]
    public void Density_Samples_HaveMeanZeroAndVarianceOne()
    {
        using var scope = TensorScope.Open();
        using var prior = new StandardNormal(Small.PriorContext(1));
        using var generator = new Generator(1);
        var z = prior.Density().Sample(generator, 20_000).Squeeze(1);
        MonteCarlo.Agree(z, 0, "mean");
        MonteCarlo.Agree(z.Square(), 1, "variance");
    }
}
