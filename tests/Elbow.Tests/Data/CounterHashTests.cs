using Elbow.Data;

namespace Elbow.Tests.Data;

public sealed class CounterHashTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    [InlineData(1f)]
    public void Bernoulli_ManyDraws_MeanIsProbability(float p)
    {
        var values = new float[1_000_000];
        Array.Fill(values, p);
        CounterHash.Bernoulli(CounterHash.Key(42), values);
        var deviation = Math.Sqrt(p * (1 - p) / values.Length);
        Assert.InRange(values.Average(value => (double)value), p - (5 * deviation), p + (5 * deviation));
    }

    [Fact]
    public void Bernoulli_NeighbouringKeysAndPixels_AreUncorrelated()
    {
        const int N = 200_000;
        var draws = Enumerable.Range(0, 2).Select(row => Draw(CounterHash.Key(1, 0, row), N)).ToArray();
        var limit = 5 / Math.Sqrt(N);
        Assert.InRange(Correlation(draws[0], draws[1]), -limit, limit);
        Assert.InRange(Correlation(draws[0][..^1], draws[0][1..]), -limit, limit);
    }

    [Fact]
    public void Bernoulli_AnyLength_SamePrefix()
    {
        // The vectorised body and the scalar tail must agree.
        var whole = Draw(5, 256);
        for (var length = 0; length < 64; length++)
        {
            Assert.Equal(whole[..length], Draw(5, length));
        }
    }

    [Fact]
    public void NextInt_PowerOfTwoPlusOne_IsUniform()
    {
        var random = new StableRandom(9);
        var counts = new int[9];
        for (var i = 0; i < 90000; i++)
        {
            counts[random.NextInt(9)]++;
        }

        // χ² with 8 degrees of freedom: 31.8 is the 0.9999 quantile.
        Assert.True(counts.Sum(count => Math.Pow(count - 10000, 2) / 10000) < 31.8);
    }

    [Fact]
    public void NextNormal_ManyDraws_HasTheMomentsOfTheNormal()
    {
        var random = new StableRandom(3);
        var x = Enumerable.Range(0, 200_000).Select(_ => random.NextNormal()).ToArray();
        Assert.InRange(x.Average(), -0.012, 0.012);
        Assert.InRange(x.Average(v => v * v), 0.98, 1.02);
        Assert.InRange(x.Average(v => v * v * v * v), 2.85, 3.15);
    }

    private static float[] Draw(ulong key, int length)
    {
        var values = new float[length];
        Array.Fill(values, 0.5f);
        CounterHash.Bernoulli(key, values);
        return values;
    }

    private static double Correlation(float[] a, float[] b) => a.Zip(b, (x, y) => (2 * x - 1.0) * (2 * y - 1.0)).Average();
}
