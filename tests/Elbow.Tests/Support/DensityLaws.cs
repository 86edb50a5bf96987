using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Support;

/// <summary>What every density must obey. Each law fails by assertion, so that faulty doubles can be shown to break it.</summary>
internal static class DensityLaws
{
    private const long Draws = 20_000;

    /// <summary>∫ p = 1.</summary>
    internal static void IntegratesToOne(IDistribution p, Quadrature space, double tolerance = 1e-6) =>
        Assert.Equal(1, space.Integrate(z => p.LogProb(z).Exp()), tolerance);

    /// <summary>The mean of −log p over own draws is the entropy of the density, and the draws have its first two moments.</summary>
    internal static void DrawsAgree(IDistribution p, Quadrature space)
    {
        using var generator = new Generator(17);
        var z = p.Sample(generator, Draws);
        var entropy = -space.Integrate(at => Weighted(p, at, p.LogProb(at).Clamp(-1e4)));
        MonteCarlo.Agree(-p.LogProb(z), entropy, "entropy");
        for (var k = 0; k < space.Dimensions; k++)
        {
            var axis = k;
            var mean = space.Integrate(at => Weighted(p, at, at.Select(1, axis)));
            MonteCarlo.Agree(z.Select(1, k), mean, $"mean {k}");
            MonteCarlo.Agree((z.Select(1, k) - mean).Square(), space.Integrate(at => Weighted(p, at, (at.Select(1, axis) - mean).Square())), $"variance {k}");
        }
        if (space.Dimensions < 2) return;
        MonteCarlo.Agree(z.Select(1, 0) * z.Select(1, 1), space.Integrate(at => Weighted(p, at, at.Select(1, 0) * at.Select(1, 1))), "product moment");
    }

    /// <summary>log p = log Σ_k w_k p_k of whole vectors, at some points.</summary>
    internal static void IsTheSumOfItsComponents(IDistribution p, Tensor logWeights, Tensor means, Tensor logVars)
    {
        var z = 2 * Small.Normal(23, 50, means.Shape[1]);
        var total = Tensor.Zeros([50], DType.Float64);
        var weights = logWeights.Softmax(0).ToArray<double>();
        for (var k = 0; k < weights.Length; k++) total += weights[k] * Normal.FromLogVar(means[k], logVars[k]).LogProb(z).Exp();
        Assert.Equal(0, (p.LogProb(z) - total.Log()).Abs().Amax(0).ToDouble(), 1e-10);
    }

    private static Tensor Weighted(IDistribution p, Tensor at, Tensor values) => p.LogProb(at).Exp() * values;
}
