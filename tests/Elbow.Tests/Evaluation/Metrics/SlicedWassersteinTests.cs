using Elbow.Evaluation.Metrics;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class SlicedWassersteinTests
{
    // In one dimension all directions are one: the distance on the line, by a linear programme over all couplings.
    [Theory]
    [InlineData("equal", 20, 20)]
    [InlineData("unequal", 21, 14)]
    public void Compare_OneDimension_IsTheOptimalCoupling(string name, int N, int M)
    {
        using var scope = TensorScope.Open();
        var (x, y) = (Sets.Real.Narrow(0, 0, N).Narrow(1, 0, 1), Sets.Fake.Narrow(0, 0, M).Narrow(1, 0, 1));
        Assert.Equal(Sets.Golden.GetProperty("wasserstein").GetProperty(name).GetDouble(), Compare(x, y)["swd"].Value, 1e-7);
    }

    // A shift by δ moves every projection by θᵀδ, of mean square ‖δ‖²/D.
    [Fact]
    public void Compare_ShiftedCopy_IsTheShiftAlongADirection()
    {
        using var scope = TensorScope.Open();
        var x = Small.Normal(1, 200, 10);
        Assert.Equal(Math.Sqrt(0.4 * 0.4 * 10 / 10), Compare(x, x.Shuffled(1) + 0.4)["swd"].Value, 0.05);
        Assert.Equal(0, Compare(x, x.Shuffled(2))["swd"].Value, 1e-12);
    }

    [Fact]
    public void Compare_EqualDistributions_LiesWithinItsNullBand()
    {
        using var scope = TensorScope.Open();
        var scores = Enumerable.Range(0, 20).Select(n => Compare(Small.Normal((ulong)(2 * n), 200, 5), Small.Normal((ulong)(2 * n + 1), 150, 5)))
            .Select(r => (r["swd"].Value - r["swdIfEqual"].Value) / r["swdIfEqual"].StandardError).ToArray();
        Assert.InRange(scores.Average(), -1, 1);
        Assert.InRange(scores.Average(z => z * z), 0.3, 3);
    }

    [Fact]
    public void Compare_DifferentDistributions_LeavesTheBandAndScattersByItsError()
    {
        using var scope = TensorScope.Open();
        var results = Enumerable.Range(0, 30).Select(n => Compare(Small.Normal((ulong)(2 * n), 150, 4), Small.Normal((ulong)(2 * n + 1), 150, 4) * 1.6 + 0.5)).ToArray();
        Assert.All(results, r => Assert.True(r["swd"].Value > r["swdIfEqual"].Value + 3 * r["swdIfEqual"].StandardError));
        var scatter = Estimate.Of([.. results.Select(r => r["swd"].Value)]).StandardError * Math.Sqrt(results.Length);
        Assert.InRange(Math.Sqrt(results.Average(r => Math.Pow(r["swd"].StandardError, 2))) / scatter, 0.65, 1.5);
    }

    // Rows that hardly scatter, moved along one direction: nearly all of the error is that of having 256 directions.
    [Fact]
    public void Compare_OtherDirections_ScattersByItsErrorToo()
    {
        using var scope = TensorScope.Open();
        var (x, y) = (Small.Normal(1, 20, 10) * 1e-3, Small.Normal(2, 20, 10) * 1e-3 + 0.5);
        MetricValue[] values = [.. Enumerable.Range(1, 60).Select(seed => new SlicedWasserstein().Compare(x, y, new MetricOptions { Seed = (ulong)seed })["swd"])];
        var scatter = Estimate.Of([.. values.Select(value => value.Value)]).StandardError * Math.Sqrt(values.Length);
        Assert.InRange(Math.Sqrt(values.Average(value => value.StandardError * value.StandardError)) / scatter, 0.7, 1.4);
    }

    private static MetricResult Compare(Tensor x, Tensor y) => new SlicedWasserstein().Compare(x, y, Sets.Usual);
}
