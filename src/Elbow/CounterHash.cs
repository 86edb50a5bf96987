using System.Numerics;

namespace Elbow;

/// <summary>Random numbers as a pure function of (key, counter): no state, so nothing to save and any order of evaluation.</summary>
/// <remarks>
/// Words of 64 bits are mixed as in SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014, figure 15:
/// Stafford's variant 13 constants). Streams of 32-bit words run the multiply-xorshift finaliser twice, with half of the key before each
/// round, so that streams of different keys are not shifts or permutations of each other.
/// </remarks>
internal static class CounterHash
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A 64-bit key from any number of words; each word and its position matter.</summary>
    public static ulong Key(params ReadOnlySpan<long> words)
    {
        var key = Golden;
        foreach (var word in words)
        {
            key = Mix(key ^ Mix((ulong)word + Golden)) + Golden;
        }

        return Mix(key);
    }

    /// <summary>A bijection of 64-bit words in which every input bit moves about half of the output bits.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Replaces each probability p_j by 1 with probability p_j, else 0, from the stream of the key.</summary>
    public static void Bernoulli(ulong key, Span<float> probabilities)
    {
        var low = (uint)key;
        var high = (uint)(key >> 32);
        var j = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var counters = Vector<uint>.Indices;
            var step = new Vector<uint>((uint)Vector<uint>.Count);
            for (; j <= probabilities.Length - Vector<uint>.Count; j += Vector<uint>.Count, counters += step)
            {
                var hash = Finalise(Finalise((counters * GoldenWord) + new Vector<uint>(low)) ^ new Vector<uint>(high));
                var uniform = Vector.ConvertToSingle(Vector.AsVectorInt32(hash >>> 8)) * new Vector<float>(1f / (1 << 24));
                var target = probabilities.Slice(j, Vector<float>.Count);
                Vector.ConditionalSelect(Vector.LessThan(uniform, new Vector<float>(target)), Vector<float>.One, Vector<float>.Zero)
                    .CopyTo(target);
            }
        }

        for (; j < probabilities.Length; j++)
        {
            var hash = Finalise(Finalise(((uint)j * GoldenWord) + low) ^ high);
            probabilities[j] = (hash >>> 8) * (1f / (1 << 24)) < probabilities[j] ? 1 : 0;
        }
    }

    private const uint GoldenWord = 0x9E3779B9;

    // Wellons' two-round 32-bit finaliser with low bias (public domain constants of "Prospecting for hash functions", 2018).
    private static uint Finalise(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7FEB352D;
        x = (x ^ (x >> 15)) * 0x846CA68B;
        return x ^ (x >> 16);
    }

    private static Vector<uint> Finalise(Vector<uint> x)
    {
        x = (x ^ (x >>> 16)) * 0x7FEB352D;
        x = (x ^ (x >>> 15)) * 0x846CA68B;
        return x ^ (x >>> 16);
    }
}
