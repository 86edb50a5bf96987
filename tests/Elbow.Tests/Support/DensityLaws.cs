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
        // One pass over the nodes: the entropy, then the moments of the first two orders.
        var integrals = space.IntegrateAll(at =>
        {
            var logP = p.LogProb(at);
            var density = logP.Exp();
            return [-density * logP.Clamp(-1e4), .. Moments(at).Select(moment => density * moment)];
        });
        MonteCarlo.Agree(-p.LogProb(z), integrals[0], "entropy");
        foreach (var (moment, k) in Moments(z).Select((moment, k) => (moment, k))) MonteCarlo.Agree(moment, integrals[k + 1], $"moment {k}");
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

    // z_1 …, z_1² …, and z_1 z_2.
    private static IEnumerable<Tensor> Moments(Tensor z)
    {
        var axes = Enumerable.Range(0, (int)z.Shape[1]).Select(k => z.Select(1, k)).ToList();
        return [.. axes, .. axes.Select(axis => axis.Square()), .. axes.Count > 1 ? [axes[0] * axes[1]] : Array.Empty<Tensor>()];
    }
}
