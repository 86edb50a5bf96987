namespace Elbow;

/// <summary>A sequence of random numbers that is the same on every platform and in every version: SplitMix64 over a counter.</summary>
/// <param name="key">From <see cref="CounterHash.Key"/>: the sequence.</param>
internal sealed class StableRandom(ulong key)
{
    private ulong state = key;
    private double spareNormal = double.NaN;

    /// <summary>The next 64 random bits.</summary>
    public ulong NextWord() => CounterHash.Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform on 0..<paramref name="bound"/>−1, without bias.</summary>
    /// <remarks>Lemire: Fast random integer generation in an interval, ACM TOMACS 2019.</remarks>
    public int NextInt(int bound)
    {
        var limit = (ulong)bound;
        var high = Math.BigMul(NextWord(), limit, out var low);
        if (low < limit)
        {
            var threshold = (0 - limit) % limit;
            while (low < threshold)
            {
                high = Math.BigMul(NextWord(), limit, out low);
            }
        }

        return (int)high;
    }

    /// <summary>Uniform on [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextWord() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller 1958; both numbers of a pair are used).</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(spareNormal))
        {
            var spare = spareNormal;
            spareNormal = double.NaN;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        spareNormal = radius * sin;
        return radius * cos;
    }
}
