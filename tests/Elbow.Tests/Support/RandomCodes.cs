namespace Elbow.Tests.Support;

/// <summary>Posteriors for tests of the anatomy, and sums over them written out without any care for speed.</summary>
internal static class RandomCodes
{
    /// <summary>N(μ, v) with μ ~ N(0, 1 − v): q(z) of their population is N(0, I), and I = −½ L log v.</summary>
    internal static (double[] Mean, double[] LogVar) LinearGaussian(int N, int L, double v, int seed)
    {
        var random = new Random(seed);
        return ([.. Enumerable.Range(0, N * L).Select(_ => Math.Sqrt(1 - v) * Normal(random))], [.. Enumerable.Repeat(Math.Log(v), N * L)]);
    }

    /// <summary>Means in clusters, standard deviations of every size from the narrowest to 3.</summary>
    internal static (double[] Mean, double[] LogVar) Wild(int N, int L, double narrowest, int seed)
    {
        var random = new Random(seed);
        var centres = Enumerable.Range(0, 3 * L).Select(_ => 3 * Normal(random)).ToArray();
        var mean = Enumerable.Range(0, N * L).Select(i => centres[i / L % 3 * L + i % L] + 0.5 * Normal(random)).ToArray();
        return (mean, [.. mean.Select(_ => 2 * (Math.Log(narrowest) + random.NextDouble() * Math.Log(3 / narrowest)))]);
    }

    /// <summary>log q(z) and log q(z_j), one component left out of N when <paramref name="left"/> is not negative.</summary>
    internal static (double Joint, double[] Each) LogDensity(double[] mean, double[] logVar, int L, ReadOnlySpan<double> z, int left = -1)
    {
        var N = mean.Length / L;
        var (joint, each) = (new double[N], Enumerable.Range(0, L).Select(_ => new double[N]).ToArray());
        for (var n = 0; n < N; n++)
        {
            for (var j = 0; j < L; j++)
            {
                var scaled = (z[j] - mean[n * L + j]) / Math.Exp(0.5 * logVar[n * L + j]);
                each[j][n] = n == left ? double.NegativeInfinity : -0.5 * scaled * scaled - 0.5 * logVar[n * L + j] - 0.5 * Math.Log(2 * Math.PI);
                joint[n] += each[j][n];
            }
        }
        var count = left < 0 ? N : N - 1;
        return (LogMean(joint, count), [.. each.Select(values => LogMean(values, count))]);
    }

    internal static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double LogMean(double[] values, int count)
    {
        var max = values.Max();
        return max + Math.Log(values.Sum(value => Math.Exp(value - max)) / count);
    }
}
