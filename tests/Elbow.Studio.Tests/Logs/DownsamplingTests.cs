using Elbow.Studio.Logs;

namespace Elbow.Studio.Tests.Logs;

public sealed class DownsamplingTests
{
    private static double[] Noise(int count)
    {
        var (state, values) = (12345u, new double[count]);
        for (var i = 0; i < count; i++) values[i] = (state = state * 1664525 + 1013904223) / (double)uint.MaxValue;
        return values;
    }

    [Theory]
    [InlineData(1_000, 100)]
    [InlineData(1_001, 101)]
    [InlineData(12_345, 1_000)]
    [InlineData(50, 49)]
    [InlineData(10, 4)]
    [InlineData(10, 3)]
    [InlineData(10, 2)]
    public void MinMax_OfManyValues_KeepsTheEndsAndTheExtremesOfEveryBucket(int count, int most)
    {
        var values = Noise(count);
        var kept = Downsampling.MinMax(values, most);
        Assert.True(kept.Length <= most);
        Assert.Equal(0, kept[0]);
        Assert.Equal(count - 1, kept[^1]);
        Assert.Equal(kept.Distinct().Order(), kept);
        var buckets = (most - 2) / 2;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var range = Enumerable.Range(1 + (int)((long)bucket * (count - 2) / buckets), (int)((long)(bucket + 1) * (count - 2) / buckets) - (int)((long)bucket * (count - 2) / buckets)).ToArray();
            Assert.Contains(range.MinBy(i => values[i]), kept);
            Assert.Contains(range.MaxBy(i => values[i]), kept);
        }
    }

    [Fact]
    public void MinMax_OfOneSpikeInAMillion_KeepsIt()
    {
        var values = new double[1_000_000];
        values[654_321] = -1e9;
        Assert.Contains(654_321, Downsampling.MinMax(values, 1000));
    }

    [Fact]
    public void MinMax_OfFewValues_KeepsAll() => Assert.Equal([0, 1, 2], Downsampling.MinMax([3, 1, 2], 3));

    [Fact]
    public void MinMax_OfNothing_IsNothing() => Assert.Empty(Downsampling.MinMax([], 10));

    [Fact]
    public void MinMax_WithoutFiniteValuesInABucket_KeepsOneOfThem()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i is > 20 and < 80 ? double.NaN : i)];
        var kept = Downsampling.MinMax(values, 12);
        Assert.Contains(kept, i => double.IsNaN(values[i]));
        Assert.Contains(kept, i => values[i] == 20);
        Assert.Contains(kept, i => values[i] == 80);
    }

    [Fact]
    public void MinMax_OfAnInfinity_StillKeepsTheGreatestFiniteValue()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i == 50 ? double.PositiveInfinity : i == 51 ? 7.0 : 0)];
        Assert.Contains(51, Downsampling.MinMax(values, 4));
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(1000, 64)]
    [InlineData(65, 64)]
    public void Even_OfManyThings_KeepsTheEnds(int count, int most)
    {
        var kept = Downsampling.Even(count, most);
        Assert.Equal(Math.Min(count, most), kept.Distinct().Count());
        Assert.Equal((0, count - 1), (kept[0], kept[^1]));
    }
}
