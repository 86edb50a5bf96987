using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

/// <summary>Aggregated posteriors with holes of known place and mass.</summary>
public sealed class HolesTests
{
    private static readonly HoleOptions Quick = new() { Samples = 2048, NullSamples = 512 };

    [Theory]
    [InlineData(1, 400, 0.3)]
    [InlineData(2, 800, 0.3)]
    [InlineData(2, 800, 0.05)]
    [InlineData(8, 800, 0.5)]
    public void Find_OfAPerfectFit_LiesWithinTheNullBand(int L, int N, double deviation)
    {
        var report = Holes.Find(Perfect(N, L, deviation, 1), LatentPrior.Standard(L), Quick);
        Assert.InRange(report.PriorMass.Value, report.NullBand.Low - 2 * report.PriorMass.StandardError, report.NullBand.High + 2 * report.PriorMass.StandardError);
        Assert.False(report.BeyondNull);
        Assert.Equal(0.01, report.OwnMass.Value, 1e-3);
    }

    [Fact]
    public void Find_OfPerfectFits_IsSeldomBeyondTheNull()
    {
        var beyond = Enumerable.Range(1, 20).Count(seed => Holes.Find(Perfect(200, 2, 0.3, seed), LatentPrior.Standard(2), new() { Samples = 512, NullSamples = 256, Seed = seed }).BeyondNull);
        Assert.InRange(beyond, 0, 3);
    }

    [Fact]
    public void Find_OfARing_FindsItsInsideAndItsOutside()
    {
        // Codes on the circle of radius 1.5: inside 1 the prior has 1 − e^(−½) = 0.393 of its mass, outside 2 it has e^(−2) = 0.135.
        var (report, q) = OfRing(1500, 1.5, 0.1);
        Assert.True(report.BeyondNull);
        Assert.InRange(report.PriorMass.Value, 0.393 + 0.135, 0.9);
        Assert.InRange(report.Count, 2, 6);
        var inside = report.Regions[0];
        Assert.True(Radius(inside) < 0.7, $"centre at {Radius(inside)}");
        Assert.InRange(inside.Mass.Value, 0.393, 0.6);
        Assert.True(Radius(report.Regions[1]) > 1.7, $"centre at {Radius(report.Regions[1])}");
        // Nearest code: of the circle, in the direction of the centre.
        var code = q.Mean.Slice(2 * inside.NearestCode, 2);
        Assert.Equal(inside.Distance, Math.Sqrt(Math.Pow(code[0] - inside.Centre[0], 2) + Math.Pow(code[1] - inside.Centre[1], 2)), 12);
        Assert.InRange(inside.Distance, 0.6, 1.5);
        Assert.True(inside.Depth > 10);
    }

    [Fact]
    public void Find_WithAGivenThreshold_HasTheExactMass()
    {
        // Half the line: q = p on z > 0 twice as dense, nothing on z < 0. There log q − log p is −∞, elsewhere log 2.
        var random = new StableRandom(CounterHash.Key(3));
        double[] means = [.. Enumerable.Range(0, 4000).Select(_ => Math.Abs(random.NextNormal()))];
        var q = AggregatePosterior.From(means, Enumerable.Repeat(2 * Math.Log(0.05), 4000).ToArray(), 1);
        var report = Holes.Find(q, LatentPrior.Standard(1), new() { Samples = 8192, Threshold = -3, NullSamples = 512 });
        // r = −3 where Φ(z/0.05)·2 = e^−3, at z = −0.098: Φ(−0.098) = 0.461.
        Assert.Equal(0.461, report.PriorMass.Value, 4 * report.PriorMass.StandardError + 0.005);
        // As the smoothed half normal has Φ(−0.098/0.05)·… of its own mass there.
        Assert.InRange(report.OwnMass.Value, 0, 0.005);
        Assert.Equal(-3, report.Threshold);
        // A perfect fit of as many codes: nearly none.
        Assert.InRange(report.NullBand.High, 0, 0.02);
        Assert.Equal(report.PriorMass.Value, report.Regions.Sum(hole => hole.Mass.Value) + report.Scattered, 0.01);
    }

    [Fact]
    public void Find_OfAMissingComponent_FindsIt()
    {
        // The prior has three equal modes, q only two of them.
        using var scope = TensorScope.Open();
        var modes = Tensor.From<double>([-4.0, 0, 4, 0, 0, 6], [3, 2]);
        var prior = LatentPrior.Of("modes", () => new Mixture(Tensor.Zeros([3], DType.Float64), Normal.FromLogVar(modes, Tensor.Zeros([3, 2], DType.Float64))));
        var random = new StableRandom(CounterHash.Key(5));
        double[] means = [.. Enumerable.Range(0, 1000).SelectMany(n => new[] { (n % 2 == 0 ? -4 : 4) + 0.8 * random.NextNormal(), 0.8 * random.NextNormal() })];
        var report = Holes.Find(AggregatePosterior.From(means, Enumerable.Repeat(Math.Log(0.36), 2000).ToArray(), 2), prior, Quick);
        Assert.Equal(1 / 3.0, report.Regions[0].Mass.Value, 0.04);
        Assert.Equal(1, report.Regions.Count(hole => hole.Mass.Value > 0.05));
        Assert.Equal(0, report.Regions[0].Centre[0], 1.5);
        Assert.Equal(6, report.Regions[0].Centre[1], 2.0);
    }

    [Fact]
    public void Find_OfTheSameSeed_IsTheSameWhateverTheThreads()
    {
        var q = Perfect(300, 2, 0.3, 1);
        var reports = Enumerable.Range(1, 2).Select(threads => Holes.Find(q, LatentPrior.Standard(2), new() { Samples = 400, NullSamples = 200 }, new() { Threads = threads }).ToJson().ToJsonString()).ToArray();
        Assert.Equal(reports[0], reports[1]);
    }

    [Fact]
    public void Find_OfMovedLatents_FindsTheSameShare()
    {
        // Codes and prior both moved and stretched: r is the same at the moved points.
        var (a, _) = OfRing(500, 1.5, 0.1);
        var moved = LatentPrior.Diagonal("moved", [3, 3], [2 * Math.Log(5), 2 * Math.Log(5)]);
        var b = Holes.Find(Ring(500, 7.5, 0.5, 3), moved, Quick);
        Assert.Equal(a.PriorMass.Value, b.PriorMass.Value, 4 * (a.PriorMass.StandardError + b.PriorMass.StandardError));
    }

    [Fact]
    public void ToJson_Always_HasTheKeysOfTheContract()
    {
        var json = OfRing(300, 1.5, 0.01).Report.ToJson();
        Assert.Equal(["threshold", "priorMass", "ownMass", "nullBand", "beyondNull", "count", "scattered", "samples", "nullReplicates", "regions"], json.Select(pair => pair.Key));
        Assert.Equal(["value", "se"], json["priorMass"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["centre", "mass", "depth", "logPrior", "nearestCode", "distance"], json["regions"]![0]!.AsObject().Select(pair => pair.Key));
        // Written without infinities, whatever the depth is.
        Assert.Contains("\"depth\"", json.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfAnotherNumberOfLatents_SaysSo() =>
        Assert.Contains("3 latents, the codes have 2", Assert.Throws<ArgumentException>(() => Holes.Find(Perfect(10, 2, 0.3, 1), LatentPrior.Standard(3))).Message, StringComparison.Ordinal);

    // N posteriors that mix to N(0, I).
    private static AggregatePosterior Perfect(int N, int L, double deviation, long seed)
    {
        var means = TwoSampleCase.Gaussian(N, L, seed).Select(value => Math.Sqrt(1 - deviation * deviation) * value).ToArray();
        return AggregatePosterior.From(means, Enumerable.Repeat(2 * Math.Log(deviation), N * L).ToArray(), L);
    }

    private static (HoleReport Report, AggregatePosterior Aggregate) OfRing(int N, double radius, double deviation)
    {
        var q = Ring(N, radius, deviation, 0);
        return (Holes.Find(q, LatentPrior.Standard(2), Quick), q);
    }

    private static AggregatePosterior Ring(int N, double radius, double deviation, double middle)
    {
        double[] means = [.. Enumerable.Range(0, N).Select(n => 2 * Math.PI * n / N).SelectMany(angle => new[] { middle + radius * Math.Cos(angle), middle + radius * Math.Sin(angle) })];
        return AggregatePosterior.From(means, Enumerable.Repeat(2 * Math.Log(deviation), 2 * N).ToArray(), 2);
    }

    private static double Radius(Hole hole) => Math.Sqrt(hole.Centre.Sum(value => value * value));
}
