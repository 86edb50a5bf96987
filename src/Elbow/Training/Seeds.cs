using System.Text;

namespace Elbow.Training;

/// <summary>
/// Independent seeds from the one in the configuration: one for each purpose (and epoch), so that evaluating more or less often
/// does not change what training draws.
/// </summary>
public static class Seeds
{
    /// <summary>A seed for a purpose.</summary>
    public static ulong For(long seed, string purpose, long number = 0)
    {
        var hash = Mix((ulong)seed ^ 0x9E3779B97F4A7C15);
        foreach (var symbol in Encoding.UTF8.GetBytes(purpose)) hash = Mix(hash ^ symbol);
        return Mix(hash ^ (ulong)number);
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection whose output bits all depend on all input bits.
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
