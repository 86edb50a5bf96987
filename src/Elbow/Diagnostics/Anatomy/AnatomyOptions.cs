namespace Elbow.Diagnostics;

/// <summary>What an anatomy is taken of, and how much work goes into it.</summary>
public sealed record AnatomyOptions
{
    /// <summary>Examples up to which all of them are evaluation points unless <see cref="Points"/> says otherwise.</summary>
    public const int ExactUpTo = 100_000;

    /// <summary>Evaluation points beyond <see cref="ExactUpTo"/> examples.</summary>
    public const int PointsBeyond = 10_000;

    /// <summary>
    /// M: evaluation points z_i ~ q(z|x_i). The mixture always has all N posteriors. Up to N, M examples are drawn without replacement; above, every
    /// example gets ⌈M/N⌉ points. Null: N, or <see cref="PointsBeyond"/> when N is above <see cref="ExactUpTo"/>.
    /// </summary>
    public int? Points { get; init; }

    /// <summary>Of all draws.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>log p(x|z) at the evaluation points and, where p(x|z) is Gaussian, its entropy there; null when no decoder is known.</summary>
    public Reconstruct? Reconstruction { get; init; }

    /// <summary>Σ_i H(x_i), nats; null where it is not known.</summary>
    public double? DataEntropy { get; init; }

    /// <summary>Whether p(x|z) = Π_i p(x_i|z), which the CorEx row needs.</summary>
    public bool LikelihoodFactorises { get; init; } = true;

    /// <summary>Posteriors that make up q(z), when they are those of other examples than the evaluated ones (held-out mixture); null for their own.</summary>
    public AggregatePosterior? Mixture { get; init; }

    /// <summary>Threads, progress, cancellation.</summary>
    public PairwiseOptions Pairwise { get; init; } = new();

    /// <summary>How many points are evaluated of N examples: what <see cref="PairwiseOptions.Progress"/> counts up to.</summary>
    public long PointsOf(int N)
    {
        long M = Points ?? (N <= ExactUpTo ? N : PointsBeyond);
        return M >= N ? (M + N - 1) / N * N : M;
    }

    /// <summary>The examples whose z are evaluated: all N as often as <see cref="Points"/> asks, or some of them.</summary>
    internal (int[] Codes, int Rounds) Choose(int N)
    {
        var M = PointsOf(N);
        if (M < N) return (Subset(N, (int)M, Seed), 1);
        var rounds = (int)(M / N);
        return ([.. Enumerable.Range(0, rounds).SelectMany(_ => Enumerable.Range(0, N))], rounds);
    }

    /// <summary>Numbers below N without replacement, in order.</summary>
    internal static int[] Subset(int N, int count, long seed)
    {
        if (count >= N) return [.. Enumerable.Range(0, N)];
        var random = new StableRandom(CounterHash.Key(seed, 0x5AB5E7));
        var all = Enumerable.Range(0, N).ToArray();
        for (var i = 0; i < count; i++)
        {
            var other = i + random.NextInt(N - i);
            (all[i], all[other]) = (all[other], all[i]);
        }
        Array.Sort(all, 0, count);
        return all[..count];
    }
}

/// <summary>log p(x|z) of examples at points, and H[p(x|z)] there when the likelihood is Gaussian.</summary>
/// <param name="codes">Numbers of the examples <c>(M)</c>.</param>
/// <param name="z">A point for each <c>(M, L)</c>.</param>
/// <returns><c>(M)</c> each, nats; null entropies for likelihoods that are no Gaussians.</returns>
public delegate (double[] LogPx_z, double[]? Entropy) Reconstruct(int[] codes, double[] z);
