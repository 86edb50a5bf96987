using System.Diagnostics;

namespace Elbow.Torch;

/// <summary>How fast this machine multiplies matrices: the number that decides how long training takes.</summary>
public static class MatrixSpeed
{
    private const int Large = 2048, Small = 384;

    /// <summary>Measures a float32 product with <see cref="Engine.Threads"/> threads: the best of several, at most about a second and a half.</summary>
    /// <returns>GFLOP/s (2n³ operations for a product of n × n) and n, which is smaller on a machine that would take long.</returns>
    public static (double GFlops, int Size) Measure()
    {
        var quick = Best(Small, 3);
        var seconds = 2 * Math.Pow(Large, 3) / (quick * 1e9);
        return seconds > 0.5 ? (quick, Small) : (Best(Large, 4), Large);
    }

    private static double Best(int n, int times)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var (a, b) = (Tensor.Randn([n, n], generator), Tensor.Randn([n, n], generator));
        var best = double.PositiveInfinity;
        // The first product also pays for memory and sleeping threads: it does not count unless it is the fastest.
        for (var k = 0; k <= times; k++)
        {
            using var one = TensorScope.Open();
            var watch = Stopwatch.StartNew();
            a.Matmul(b);
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        return 2 * Math.Pow(n, 3) / best / 1e9;
    }
}
