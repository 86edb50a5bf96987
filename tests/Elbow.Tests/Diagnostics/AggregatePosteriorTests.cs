using System.Numerics;
using Elbow.Diagnostics;
using Elbow.Tests.Support;

namespace Elbow.Tests.Diagnostics;

public sealed class AggregatePosteriorTests
{
    [Theory]
    [InlineData(2, 1, 1e-4)]
    [InlineData(127, 3, 1e-4)]
    [InlineData(129, 2, 1e-6)]
    [InlineData(300, 5, 0.1)]
    [InlineData(400, 1, 1.0)]
    public void AtOwnSamples_AgainstSumsWrittenOut_AgreeToTwelveDigits(int N, int L, double narrowest)
    {
        var (mean, logVar) = RandomCodes.Wild(N, L, narrowest, 3);
        var found = AggregatePosterior.From(mean, logVar, L).AtOwnSamples([.. Enumerable.Range(0, N)], 7);
        for (var i = 0; i < N; i++)
        {
            var z = found.Samples.AsSpan(i * L, L);
            var (with, withEach) = RandomCodes.LogDensity(mean, logVar, L, z);
            var (without, withoutEach) = RandomCodes.LogDensity(mean, logVar, L, z, i);
            Close(with, found.With[i]);
            Close(without, found.Without[i]);
            for (var j = 0; j < L; j++)
            {
                Close(withEach[j], found.WithOfEach[i * L + j]);
                Close(withoutEach[j], found.WithoutOfEach[i * L + j]);
            }
            Close(found.OwnOfEach.AsSpan(i * L, L).ToArray().Sum(), found.Own[i]);
        }

        static void Close(double expected, double found) => Assert.True(Math.Abs(expected - found) <= 1e-12 * (1 + Math.Abs(expected)), $"{expected:R} {found:R}");
    }

    // |z|² − 2zμ + |μ|² in float64 would be wrong by 10⁻¹⁶ · 10¹² · 10⁸ nats here.
    [Fact]
    public void LogDensity_OfNarrowPosteriorsFarFromZero_LosesNoDigits()
    {
        double[] mean = [1e6, 1e6 + 3e-4, 1e6 - 5e-4], logVar = [.. Enumerable.Repeat(2 * Math.Log(1e-4), 3)];
        var z = 1e6 + 1e-4;
        var found = AggregatePosterior.From(mean, logVar, 1).LogDensity([z]);
        Assert.Equal(RandomCodes.LogDensity(mean, logVar, 1, [z]).Joint, found[0], 1e-9);
        Assert.Equal(-Math.Log(3e-4 * Math.Sqrt(2 * Math.PI)) + Math.Log(Math.Exp(-0.5) + Math.Exp(-2) + Math.Exp(-18)), found[0], 1e-5);
    }

    [Fact]
    public void Results_WhateverThreadsAndTiles_AreTheSameToTheBit()
    {
        var (mean, logVar) = RandomCodes.Wild(500, 3, 1e-3, 1);
        var aggregate = AggregatePosterior.From(mean, logVar, 3);
        int[] codes = [.. Enumerable.Range(0, 500)];
        var one = aggregate.AtOwnSamples(codes, 1, new PairwiseOptions { Threads = 1 });
        foreach (var (threads, rows) in new[] { (1, 1), (2, 7), (3, 32), (5, 1000) })
        {
            var other = aggregate.AtOwnSamples(codes, 1, new PairwiseOptions { Threads = threads, TileRows = rows });
            Assert.Equal(one.With, other.With);
            Assert.Equal(one.WithOfEach, other.WithOfEach);
            Assert.Equal(one.WithoutOfEach, other.WithoutOfEach);
        }
        // Points by themselves are what they are among others.
        var points = one.Samples;
        Assert.Equal(aggregate.LogDensity(points)[123], aggregate.LogDensity(points.AsSpan(369, 3))[0]);
        Assert.Equal(aggregate.LogDensity(points), aggregate.LogDensities(points).Joint);
    }

    [Fact]
    public void LogDensity_OfTheSamePosteriorsInAnotherOrder_IsTheSame()
    {
        const int N = 300, L = 2;
        var (mean, logVar) = RandomCodes.Wild(N, L, 1e-3, 2);
        int[] order = [.. Enumerable.Range(0, N).Select(n => n * 7 % N)];
        double[] Moved(double[] values) => [.. order.SelectMany(n => values.AsSpan(n * L, L).ToArray())];
        var (a, b) = (AggregatePosterior.From(mean, logVar, L), AggregatePosterior.From(Moved(mean), Moved(logVar), L));
        Assert.All(a.LogDensity(mean).Zip(b.LogDensity(mean)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void LogDensity_RotatedWithRoundPosteriors_IsTheSame()
    {
        var (mean, _) = RandomCodes.Wild(200, 2, 1, 4);
        double[] logVar = [.. mean.Select((_, i) => -i / 2 % 9 * 1.0)], points = [.. Enumerable.Range(0, 60).Select(i => 0.1 * i - 3)];
        var (sin, cos) = Math.SinCos(0.7);
        double[] Turned(double[] xy) => [.. xy.Select((_, i) => i % 2 == 0 ? cos * xy[i] - sin * xy[i + 1] : sin * xy[i - 1] + cos * xy[i])];
        var straight = AggregatePosterior.From(mean, logVar, 2).LogDensity(points);
        var turned = AggregatePosterior.From(Turned(mean), logVar, 2).LogDensity(Turned(points));
        Assert.All(straight.Zip(turned), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Density_OfOneLatent_IntegratesToOne()
    {
        var (mean, logVar) = RandomCodes.Wild(50, 1, 0.05, 6);
        double[] grid = [.. Enumerable.Range(0, 40_001).Select(i => -20 + i * 1e-3)];
        Assert.Equal(1, AggregatePosterior.From(mean, logVar, 1).LogDensity(grid).Sum(Math.Exp) * 1e-3, 1e-6);
    }

    [Fact]
    public void Draw_HasTheMomentsOfTheMixture()
    {
        var (mean, logVar) = RandomCodes.Wild(20, 2, 0.1, 8);
        var aggregate = AggregatePosterior.From(mean, logVar, 2);
        var z = aggregate.Draw(40_000, 1);
        Assert.Equal(z, aggregate.Draw(40_000, 1));
        Assert.NotEqual(z, aggregate.Draw(40_000, 2));
        for (var j = 0; j < 2; j++)
        {
            var m = Enumerable.Range(0, 20).Average(n => mean[2 * n + j]);
            var second = Enumerable.Range(0, 20).Average(n => mean[2 * n + j] * mean[2 * n + j] + Math.Exp(logVar[2 * n + j]));
            var found = Estimate.Of([.. z.Where((_, i) => i % 2 == j)]);
            var squares = Estimate.Of([.. z.Where((_, i) => i % 2 == j).Select(v => v * v)]);
            Assert.InRange(found.Value, m - 5 * found.StandardError, m + 5 * found.StandardError);
            Assert.InRange(squares.Value, second - 5 * squares.StandardError, second + 5 * squares.StandardError);
        }
    }

    [Fact]
    public void LogDensity_WhereNoPosteriorReaches_IsMinusInfinityAndNoNaN() =>
        Assert.Equal([double.NegativeInfinity, 0], AggregatePosterior.From([0.0, 1], [-2.0, -2], 1).LogDensity([1e200, 0.5]).Select(v => double.IsFinite(v) ? 0 : v));

    [Fact]
    public void From_WrongNumbers_AreNamed()
    {
        Assert.Contains("they must be as many", Assert.Throws<ArgumentException>(() => AggregatePosterior.From([1.0], [1.0, 2], 1)).Message);
        Assert.Contains("no rows of 2", Assert.Throws<ArgumentException>(() => AggregatePosterior.From([1.0], [1.0], 2)).Message);
        Assert.Contains("mean of example 1, latent 0 is NaN", Assert.Throws<ArgumentException>(() => AggregatePosterior.From([1.0, double.NaN], [0.0, 0], 1)).Message);
        Assert.Contains("logVar of example 0, latent 1 is 700", Assert.Throws<ArgumentException>(() => AggregatePosterior.From([1.0, 1], [0.0, 700], 2)).Message);
        Assert.Throws<InvalidOperationException>(() => AggregatePosterior.From([1.0], [0.0], 1).AtOwnSamples([0], 1));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var (mean, logVar) = RandomCodes.LinearGaussian(100, 2, 0.5, 1);
        Assert.ThrowsAny<OperationCanceledException>(() => AggregatePosterior.From(mean, logVar, 2).LogDensity(mean, new PairwiseOptions { Cancellation = source.Token }));
    }

    [Fact]
    public void Progress_CountsEveryPointOnce()
    {
        var (mean, logVar) = RandomCodes.LinearGaussian(100, 1, 0.5, 1);
        var seen = new List<int>();
        AggregatePosterior.From(mean, logVar, 1).LogDensity(mean, new PairwiseOptions { Progress = new Listing(seen), Threads = 3 });
        Assert.Equal(100, seen[^1]);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public void FastExp2_OverItsRange_IsRightToFifteenDigits()
    {
        for (var x = 0.0; x > -900; x -= 0.37)
        {
            var found = FastExp2.Of(new Vector<double>(x))[0];
            Assert.True(Math.Abs(found / double.Exp2(x) - 1) < 2e-15, $"{x} {found:R}");
        }
        Assert.InRange(FastExp2.Of(new Vector<double>(double.NegativeInfinity))[0], 0, 1e-300);
    }

    private sealed class Listing(List<int> seen) : IProgress<int>
    {
        public void Report(int value) => seen.Add(value);
    }
}
