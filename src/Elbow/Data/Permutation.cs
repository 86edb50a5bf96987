namespace Elbow.Data;

/// <summary>A random order of rows that depends on the key only (Fisher and Yates, as told by Knuth, TAOCP 2, 3.4.2 algorithm P).</summary>
internal static class Permutation
{
    /// <summary>0..<paramref name="count"/>−1 in random order.</summary>
    public static int[] Of(int count, params ReadOnlySpan<long> key)
    {
        var random = new StableRandom(CounterHash.Key(key));
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        for (var i = count - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
