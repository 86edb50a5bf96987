using Elbow.Evaluation;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class BidirectionalMonteCarloTests
{
    [Theory]
    [InlineData(AnnealFrom.Prior)]
    [InlineData(AnnealFrom.Posterior)]
    public void Run_LinearGaussian_BracketsTheExactMeanLogLikelihood(AnnealFrom from)
    {
        using var scope = TensorScope.Open();
        var known = AnnealedImportanceSamplingTests.Wrong();
        using var model = known.Build();
        using var generator = new Generator(3);
        // E log p(x) over x ~ p is −H[p(x)].
        var covariance = known.W.Matmul(known.W.T) + known.Sigma * known.Sigma * Tensor.Eye(known.D, DType.Float64);
        var exact = -0.5 * (covariance.LogAbsDet().ToDouble() + known.D * (1 + Math.Log(2 * Math.PI)));
        var bounds = BidirectionalMonteCarlo.Run(model, 256, new Annealing(Steps: 40, Chains: 4, Leapfrogs: 3, From: from), generator);
        Assert.Equal(256, bounds.Examples);
        Assert.True(bounds.Lower.Value <= exact + 3 * bounds.Lower.StandardError, $"{bounds.Lower} above {exact}");
        Assert.True(bounds.Upper.Value >= exact - 3 * bounds.Upper.StandardError, $"{bounds.Upper} below {exact}");
        Assert.InRange(bounds.Gap.Value, -3 * bounds.Gap.StandardError, 0.1);
        Assert.Equal(bounds.Upper.Value - bounds.Lower.Value, bounds.Gap.Value, 1e-10);
        Assert.False(bounds.Cross);
    }

    [Fact]
    public void Run_FewStepsAndOneChain_IsLowForwardsAndHighBackwards()
    {
        using var scope = TensorScope.Open();
        var known = AnnealedImportanceSamplingTests.Wrong();
        using var model = known.Build();
        using var generator = new Generator(5);
        var settings = new Annealing(Steps: 3, Chains: 1, Leapfrogs: 2);
        var (z, B) = (model.Prior.Density().Sample(generator, 1500), 1500);
        var x = model.Decode(z).Sample(generator);
        var run = new AnnealedRun(model, settings, generator, B, 2, null);
        var on = run.On(x);
        var exact = known.LogMarginal(x);
        var below = Estimate.Of((run.Forward(on).Squeeze(0) - exact).ToArray<double>());
        var above = Estimate.Of((run.Backward(on, z).Squeeze(0) - exact).ToArray<double>());
        Assert.True(below.Value < -5 * below.StandardError, $"forward: {below}");
        Assert.True(above.Value > 5 * above.StandardError, $"backward: {above}");
        // What makes them bounds: E w = p(x) and E 1/w = 1/p(x), each over its own chains.
        MonteCarlo.Agree((run.Forward(on).Squeeze(0) - exact).Exp(), 1, "w/p(x)");
        MonteCarlo.Agree((exact - run.Backward(on, z).Squeeze(0)).Exp(), 1, "p(x)/w");
    }

    [Fact]
    public void Run_DrawsThatDoNotFollowTheDensity_CrossTheBounds()
    {
        var honest = new BidirectionalBounds(10, new(-3, 0.1), new(-2.9, 0.1), new(0.1, 0.01), 0.6);
        Assert.False(honest.Cross);
        Assert.True((honest with { Gap = new(-0.1, 0.01) }).Cross);
    }

    [Fact]
    public void Run_MoreSteps_NarrowTheGap()
    {
        using var scope = TensorScope.Open();
        using var model = AnnealedImportanceSamplingTests.Wrong().Build();
        double Gap(int steps)
        {
            using var generator = new Generator(3);
            return BidirectionalMonteCarlo.Run(model, 100, new Annealing(steps, Chains: 4, Leapfrogs: 3), generator).Gap.Value;
        }
        var (few, many) = (Gap(4), Gap(64));
        Assert.True(many < 0.3 * few, $"{few} with 4 steps, {many} with 64");
    }
}
