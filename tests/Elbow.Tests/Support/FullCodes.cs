using System.Globalization;

namespace Elbow.Tests.Support;

/// <summary>Posteriors with full covariances, and sums over them written out by the inverse of each factor.</summary>
internal static class FullCodes
{
    /// <summary>Means and lower triangular factors whose posteriors are as narrow as asked along some direction that is no axis.</summary>
    internal static (double[] Mean, double[] Scale) Wild(int N, int L, double narrowest, int seed)
    {
        var random = new Random(seed);
        var (mean, scale) = (new double[N * L], new double[N * L * L]);
        for (var n = 0; n < N; n++)
        {
            var centre = 2 * (n % 3 - 1);
            for (var i = 0; i < L; i++)
            {
                mean[n * L + i] = centre + RandomCodes.Normal(random);
                for (var j = 0; j < i; j++) scale[n * L * L + i * L + j] = RandomCodes.Normal(random);
                scale[n * L * L + i * L + i] = i == L - 1 ? narrowest : Math.Exp(0.5 * RandomCodes.Normal(random));
            }
        }
        return (mean, scale);
    }

    /// <summary>Factors of diagonal covariances.</summary>
    internal static double[] Diagonal(double[] logVar, int L)
    {
        var scale = new double[logVar.Length * L];
        for (var i = 0; i < logVar.Length; i++) scale[i * L + i % L] = Math.Exp(0.5 * logVar[i]);
        return scale;
    }

    /// <summary>The same factor for all.</summary>
    internal static double[] Same(int N, double[,] factor) => [.. Enumerable.Range(0, N).SelectMany(_ => factor.Cast<double>())];

    /// <summary>S with S Sᵀ = C.</summary>
    internal static double[,] Cholesky(double[,] c)
    {
        var L = c.GetLength(0);
        var s = new double[L, L];
        for (var i = 0; i < L; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var value = c[i, j];
                for (var k = 0; k < j; k++) value -= s[i, k] * s[j, k];
                s[i, j] = i == j ? Math.Sqrt(value) : value / s[j, j];
            }
        }
        return s;
    }

    /// <summary>Numbers with all their digits; a cast would keep 15.</summary>
    internal static decimal[] Exact(ReadOnlySpan<double> values) =>
        [.. values.ToArray().Select(value => decimal.Parse(value.ToString("F28", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];

    /// <summary>log q(z), one component left out of N when <paramref name="left"/> is not negative, solved in decimal arithmetic, which has 28 digits.</summary>
    internal static double LogDensity(decimal[] mean, decimal[] scale, int L, decimal[] z, int left = -1)
    {
        var N = mean.Length / L;
        var logs = new double[N];
        for (var n = 0; n < N; n++)
        {
            logs[n] = n == left ? double.NegativeInfinity : -0.5 * L * Math.Log(2 * Math.PI);
            var y = new decimal[L];
            for (var i = 0; i < L; i++)
            {
                y[i] = z[i] - mean[n * L + i];
                for (var k = 0; k < i; k++) y[i] -= scale[n * L * L + i * L + k] * y[k];
                y[i] /= scale[n * L * L + i * L + i];
                logs[n] += (double)(-0.5m * y[i] * y[i]) - Math.Log((double)scale[n * L * L + i * L + i]);
            }
        }
        var max = logs.Max();
        return max + Math.Log(logs.Sum(value => Math.Exp(value - max)) / (left < 0 ? N : N - 1));
    }
}
