namespace Elbow.Diagnostics;

/// <summary>Two samples in one, for tests that compare the true division with random ones.</summary>
/// <remarks>
/// Equation: p = (1 + #{r: T_r ≥ T_0})/(1 + R), T_0 of the true division and T_r of random ones of the same sizes. Exact at every sample size: under
/// one distribution all divisions are alike. Source: Phipson and Smyth 2010, equation 2 and its argument for never reporting 0.
/// </remarks>
internal sealed class Pool
{
    private Pool(double[] points, int Q, int L) => (Points, this.Q, this.L) = (points, Q, L);

    /// <summary><c>(N, L)</c>: the sample of q, then that of p.</summary>
    internal double[] Points { get; }

    internal int Q { get; }

    internal int L { get; }

    internal int Count => Points.Length / L;

    internal int P => Count - Q;

    internal static Pool Of(ReadOnlySpan<double> fromQ, ReadOnlySpan<double> fromP, int L)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(L, 1);
        MustBeRows(fromQ, L, nameof(fromQ));
        MustBeRows(fromP, L, nameof(fromP));
        return new Pool([.. fromQ, .. fromP], fromQ.Length / L, L);
    }

    /// <summary>The true division and R random ones: whether a point counts as drawn from q.</summary>
    internal bool[][] Divisions(TwoSampleOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Permutations, 1);
        var random = new StableRandom(CounterHash.Key(options.Seed, 0x5EED));
        var divisions = new bool[options.Permutations + 1][];
        divisions[0] = new bool[Count];
        divisions[0].AsSpan(0, Q).Fill(true);
        for (var r = 1; r < divisions.Length; r++)
        {
            var shuffled = divisions[r] = (bool[])divisions[0].Clone();
            for (var i = Count - 1; i > 0; i--)
            {
                var j = random.NextInt(i + 1);
                (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
            }
        }
        return divisions;
    }

    /// <summary>The result from the statistic of each division, the true one first.</summary>
    internal TwoSampleResult Result(string test, string question, ReadOnlySpan<double> statistics)
    {
        var observed = statistics[0];
        var others = statistics[1..];
        // Sums in another order differ in the last bits: equal values must count as equal.
        var slack = 1e-12 * (1 + Math.Abs(observed));
        var (mean, asLarge) = (0.0, 0);
        foreach (var other in others)
        {
            mean += other / others.Length;
            if (other >= observed - slack) asLarge++;
        }
        var squares = 0.0;
        foreach (var other in others) squares += (other - mean) * (other - mean);
        var deviation = Math.Sqrt(squares / Math.Max(1, others.Length - 1));
        return new TwoSampleResult(test, observed, mean, deviation, (1.0 + asLarge) / (1 + others.Length), Q, P, question);
    }

    private static void MustBeRows(ReadOnlySpan<double> points, int L, string name)
    {
        if (points.Length < 2 * L || points.Length % L != 0) throw new ArgumentException($"{points.Length} numbers are no two or more points of {L} coordinates", name);
        foreach (var value in points)
        {
            if (!double.IsFinite(value)) throw new ArgumentException($"a coordinate is {value}", name);
        }
    }
}
