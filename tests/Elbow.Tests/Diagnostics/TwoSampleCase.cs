using Elbow.Diagnostics;

namespace Elbow.Tests.Diagnostics;

/// <summary>Samples for the two-sample tests, and the tests by name.</summary>
internal static class TwoSampleCase
{
    internal static readonly string[] Names = ["sliced Wasserstein", "MMD", "nearest neighbours"];

    internal static TwoSampleResult Run(string test, double[] q, double[] p, int L, TwoSampleOptions? options = null) => test switch
    {
        "sliced Wasserstein" => SlicedWassersteinTest.Run(q, p, L, options, directions: 16),
        "MMD" => MmdTest.Run(q, p, L, options),
        "nearest neighbours" => NeighbourTest.Run(q, p, L, options),
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
    };

    /// <summary>n points of N(0, I).</summary>
    internal static double[] Gaussian(int n, int L, long seed)
    {
        var random = new StableRandom(CounterHash.Key(seed, 77));
        return [.. Enumerable.Range(0, n * L).Select(_ => random.NextNormal())];
    }

    /// <summary>n points of N(0, I) outside a ball.</summary>
    internal static double[] Hollow(int n, int L, double radius, long seed)
    {
        var all = Gaussian(50 * n, L, seed);
        return [.. all.Chunk(L).Where(z => z.Sum(value => value * value) > radius * radius).Take(n).SelectMany(z => z)];
    }
}
