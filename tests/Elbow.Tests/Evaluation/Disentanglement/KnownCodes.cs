using Elbow.Evaluation.Disentanglement;

namespace Elbow.Tests.Evaluation.Disentanglement;

/// <summary>Codes whose scores are known: independent factors of 3, 4, 10, 8 and 8 values, and what is made of them.</summary>
internal sealed class KnownCodes
{
    private static readonly int[] Sizes = [3, 4, 10, 8, 8];
    private readonly double[][] factors;
    private readonly Random random = new(3);

    public KnownCodes(int count = 2000)
    {
        Count = count;
        factors = [.. Sizes.Select(size => Enumerable.Range(0, count).Select(_ => (double)random.Next(size)).ToArray())];
        Factors = [.. factors.Select((values, k) => Factor.Of($"f{k}", values))];
    }

    public int Count { get; }

    public IReadOnlyList<Factor> Factors { get; }

    /// <summary>Factor k of row n with mean 0 and variance 1.</summary>
    public double Unit(int k, int n) => (factors[k][n] - (Sizes[k] - 1) / 2.0) / Math.Sqrt((Sizes[k] * Sizes[k] - 1) / 12.0);

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public FactoredCodes Of(int L, Func<int, int, double> code)
    {
        var z = new double[Count * L];
        for (var i = 0; i < z.Length; i++) z[i] = code(i / L, i % L);
        return FactoredCodes.Of(z, L, Factors);
    }

    public FactoredCodes Identity() => Of(5, (n, j) => factors[j][n]);

    public FactoredCodes Constant() => Of(5, (_, j) => j + 0.1);

    public FactoredCodes Noise() => Of(6, (_, _) => Normal());

    public FactoredCodes Duplicated() => Of(10, (n, j) => Unit(j % 5, n));

    /// <summary>Turned by 45° in the planes of factors 0 and 1, and 2 and 3.</summary>
    public FactoredCodes Turned() => Of(5, (n, j) => j < 4 ? (Unit(j / 2 * 2, n) + (j % 2 == 0 ? 1 : -1) * Unit(j / 2 * 2 + 1, n)) / Math.Sqrt(2) : Unit(4, n));

    /// <summary>The factors, of one scale, with a little noise.</summary>
    public FactoredCodes Noisy() => Of(5, (n, j) => Unit(j, n) + 0.2 * Normal());
}
