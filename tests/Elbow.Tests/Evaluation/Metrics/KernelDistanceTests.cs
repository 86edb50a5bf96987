using Elbow.Distributions;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

/// <summary>KID and MMD: one estimator with two kernels.</summary>
public sealed class KernelDistanceTests
{
    public static TheoryData<string> Names => ["kid", "mmd"];

    [Fact]
    public void Unbiased_GoldenSets_IsTheSumOverPairs()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(Sets.Golden.GetProperty("kid").GetDouble(), BlockMmd.Unbiased(Sets.Real, Sets.Fake, KernelDistance.Kernel), 1e-10);
        var C = Sets.Golden.GetProperty("medianSquare").GetDouble();
        using var generator = new Generator(1);
        Assert.Equal(C, GaussianMmd.MedianSquare(Sets.Real, Sets.Fake, generator), 1e-10);
        Assert.Equal(Sets.Golden.GetProperty("mmd").GetDouble(), BlockMmd.Unbiased(Sets.Real, Sets.Fake, new Mmd(KernelKind.Gaussian, C, 1).Kernel), 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void Compare_EqualDistributions_IsZeroWithinItsError(string name)
    {
        using var scope = TensorScope.Open();
        var results = Enumerable.Range(0, 60).Select(n => Compare(name, Small.Normal((ulong)(2 * n), 150, 6), Small.Normal((ulong)(2 * n + 1), 130, 6))).ToArray();
        var mean = Estimate.Of([.. results.Select(r => r.Value)]);
        Assert.True(Math.Abs(mean.Value) < 4 * mean.StandardError, $"{mean.Value} ± {mean.StandardError}");
        // The error of each is the scatter of all: 60 values of nine degrees of freedom each.
        Assert.InRange(Math.Sqrt(results.Average(r => r.StandardError * r.StandardError)) / (mean.StandardError * Math.Sqrt(60)), 0.7, 1.4);
        Assert.Contains(results, r => r.Value < 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Compare_DifferentDistributions_IsFarAboveItsError(string name)
    {
        using var scope = TensorScope.Open();
        var found = Compare(name, Small.Normal(1, 300, 6), Small.Normal(2, 300, 6) + 0.7);
        Assert.True(found.Value > 5 * found.StandardError, $"{found.Value} ± {found.StandardError}");
    }

    [Fact]
    public void Compare_NumberOfRows_DoesNotMoveTheExpectation()
    {
        using var scope = TensorScope.Open();
        Estimate At(int N) => Estimate.Of([.. Enumerable.Range(0, 20).Select(n => Compare("kid", Small.Normal((ulong)(2 * n), N, 4), Small.Normal((ulong)(2 * n + 1), N, 4) * 1.3).Value)]);
        var (few, many) = (At(60), At(600));
        Assert.True(Math.Abs(few.Value - many.Value) < 4 * Math.Sqrt(few.StandardError * few.StandardError + many.StandardError * many.StandardError), $"{few.Value} ± {few.StandardError}, {many.Value} ± {many.StandardError}");
    }

    [Fact]
    public void Compare_FewRows_SaysHowMany()
    {
        using var scope = TensorScope.Open();
        Assert.Equal("kid needs at least 20 real rows, there are 19", Assert.Throws<UserException>(() => Compare("kid", Small.Normal(1, 19, 2), Small.Normal(2, 50, 2))).What);
    }

    private static MetricValue Compare(string name, Tensor x, Tensor y) => MetricCatalogue.Find(name).Compare(x, y, Sets.Usual)[name];
}
