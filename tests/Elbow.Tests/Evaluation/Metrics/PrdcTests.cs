using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class PrdcTests
{
    private static readonly string[] Names = ["precision", "recall", "density", "coverage"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Compare_GoldenSets_IsTheCountByLoops(int k)
    {
        using var scope = TensorScope.Open();
        var wanted = Sets.Golden.GetProperty("prdc").GetProperty($"{k}");
        var found = Compare(Sets.Real, Sets.Fake, k);
        Assert.All(Names, name => Assert.Equal(wanted.GetProperty(name).GetDouble(), found[name].Value, 1e-12));
    }

    // More rows than one tile of distances holds.
    [Fact]
    public void Compare_ManyRows_IsTheCountByLoops()
    {
        using var scope = TensorScope.Open();
        const int N = 2300, M = 2100, k = 4, D = 2;
        var (x, y) = (Small.Normal(1, N, D), Small.Normal(2, M, D) * 0.8 + 0.3);
        var found = Compare(x, y, k);
        var (a, b) = (x.ToArray<double>(), y.ToArray<double>());
        var (aroundReal, aroundFake) = (Radii(a), Radii(b));
        var (inside, covered, near) = (new int[M], 0, 0);
        for (var i = 0; i < N; i++)
        {
            var (hit, seen) = (false, false);
            for (var j = 0; j < M; j++)
            {
                var square = Square(a, i, b, j);
                if (square < aroundReal[i]) (inside[j], hit) = (inside[j] + 1, true);
                seen |= square < aroundFake[j];
            }
            (covered, near) = (covered + (hit ? 1 : 0), near + (seen ? 1 : 0));
        }
        Assert.Equal([inside.Count(n => n > 0) / (double)M, near / (double)N, inside.Sum() / (double)(k * M), covered / (double)N], Names.Select(name => found[name].Value), (p, q) => Math.Abs(p - q) < 1e-12);

        static double Square(double[] p, int i, double[] q, int j) => (p[2 * i] - q[2 * j]) * (p[2 * i] - q[2 * j]) + (p[2 * i + 1] - q[2 * j + 1]) * (p[2 * i + 1] - q[2 * j + 1]);
        static double[] Radii(double[] p) => [.. Enumerable.Range(0, p.Length / D).Select(i => Enumerable.Range(0, p.Length / D).Where(j => j != i).Select(j => Square(p, i, p, j)).Order().ElementAt(k - 1))];
    }

    // The share of reals with a fake nearby has an exact expectation between equal distributions; density has 1.
    [Fact]
    public void Compare_EqualDistributions_DensityAndCoverageAreAsExpected()
    {
        using var scope = TensorScope.Open();
        var results = Enumerable.Range(0, 10).Select(n => Compare(Small.Normal((ulong)(2 * n), 300, 5), Small.Normal((ulong)(2 * n + 1), 200, 5), 3)).ToArray();
        var (density, coverage) = (Of("density"), Of("coverage"));
        Assert.True(Math.Abs(density.Value - 1) < 4 * density.StandardError, $"{density}");
        Assert.True(Math.Abs(coverage.Value - results[0].Settings["coverageIfEqual"]) < 4 * coverage.StandardError, $"{coverage.Value} ± {coverage.StandardError}");
        Estimate Of(string name) => Estimate.Of([.. results.Select(r => r[name].Value)]);
    }

    // Counted by loops: the rows of either set that alone hold others.
    [Fact]
    public void Compare_GoldenSets_ErrorsCountBothSets()
    {
        using var scope = TensorScope.Open();
        const int k = 1;
        var (x, y) = (Sets.Real, Sets.Fake);
        var (N, M) = ((int)x.Shape[0], (int)y.Shape[0]);
        var found = Compare(x, y, k);
        bool[,] inReal = new bool[N, M], inFake = new bool[N, M];
        var (aroundReal, aroundFake, squares) = (SquaredDistances.ToNeighbour(x, k).ToArray<double>(), SquaredDistances.ToNeighbour(y, k).ToArray<double>(), SquaredDistances.Between(x, y).ToArray<double>());
        for (var i = 0; i < N; i++)
        {
            for (var j = 0; j < M; j++) (inReal[i, j], inFake[i, j]) = (squares[i * M + j] < aroundReal[i], squares[i * M + j] < aroundFake[j]);
        }
        Assert.Equal(Error(M, N, (row, other) => inReal[other, row]), found["precision"].StandardError, 1e-12);
        Assert.Equal(Error(N, M, (row, other) => inFake[row, other]), found["recall"].StandardError, 1e-12);
        Assert.Equal(Error(N, M, (row, other) => inReal[row, other]), found["coverage"].StandardError, 1e-12);
        var byReals = Estimate.Of([.. Enumerable.Range(0, N).Select(i => Enumerable.Range(0, M).Count(j => inReal[i, j]) * N / (k * (double)M))]);
        var byFakes = Estimate.Of([.. Enumerable.Range(0, M).Select(j => Enumerable.Range(0, N).Count(i => inReal[i, j]) / (double)k)]);
        Assert.Equal(Math.Sqrt(byReals.StandardError * byReals.StandardError + byFakes.StandardError * byFakes.StandardError), found["density"].StandardError, 1e-12);

        static double Error(int rows, int others, Func<int, int, bool> holds)
        {
            double[] counted = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, others).Any(other => holds(row, other)) ? 1.0 : 0)];
            double[] alone = [.. Enumerable.Range(0, others).Select(other => Enumerable.Range(0, rows).Count(row => holds(row, other) && Enumerable.Range(0, others).Count(o => holds(row, o)) == 1) / (double)rows)];
            var overRows = Estimate.Of(counted).StandardError;
            return Math.Sqrt(overRows * overRows + alone.Sum(part => Math.Pow(part - alone.Average(), 2)));
        }
    }

    // Over pairs of sets the numbers scatter by about their errors, and hardly by more.
    [Fact]
    public void Compare_OtherSets_ScatterByTheirErrors()
    {
        using var scope = TensorScope.Open();
        MetricResult[] results = [.. Enumerable.Range(0, 80).Select(n => Compare(Small.Normal((ulong)(2 * n), 150, 8), Small.Normal((ulong)(2 * n + 1), 150, 8) * 1.2 + 0.3, 5))];
        foreach (var name in Names)
        {
            double[] values = [.. results.Select(r => r[name].Value)];
            var scatter = Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1));
            var error = Math.Sqrt(results.Average(r => Math.Pow(r[name].StandardError, 2)));
            Assert.True(error / scatter is > 0.75 and < 2, $"{name}: error {error:F4}, scatter {scatter:F4}");
        }
    }

    [Fact]
    public void Compare_TheSameSetTwice_IsAllOnes()
    {
        using var scope = TensorScope.Open();
        var found = Compare(Sets.Real, Sets.Real.Shuffled(4), 3);
        Assert.Equal([1, 1, 1], [found["precision"].Value, found["recall"].Value, found["coverage"].Value]);
    }

    [Fact]
    public void Compare_SetsFarApart_IsAllZero()
    {
        using var scope = TensorScope.Open();
        var found = Compare(Sets.Real, Sets.Fake + 1e4, 5);
        Assert.All(Names, name => Assert.Equal(0, found[name].Value));
        Assert.Equal(Math.Sqrt(0.5 / 51 * (50.5 / 51) / 50), found["precision"].StandardError, 1e-12); // half a fake more
    }

    [Fact]
    public void Compare_TurnedMovedOrShuffled_IsTheSame()
    {
        using var scope = TensorScope.Open();
        var turn = Sets.Turn(5);
        var (found, turned) = (Compare(Sets.Real, Sets.Fake, 2), Compare((Sets.Real.Matmul(turn) + 50.0).Shuffled(1), (Sets.Fake.Matmul(turn) + 50.0).Shuffled(2), 2));
        Assert.All(Names, name => Assert.Equal(found[name].Value, turned[name].Value, 1e-12));
    }

    // Copies of a row have distance 0 from it, not what rounding leaves: then a ball of radius 0 holds nothing.
    [Fact]
    public void Compare_CopiesOfRows_HaveNoBall()
    {
        using var scope = TensorScope.Open();
        var copies = (Small.Normal(1, 5, 40) * 100.0 + 1e3).RepeatInterleave(4, 0);
        var found = Compare(copies, copies.Clone(), 3);
        Assert.All(Names, name => Assert.Equal(0, found[name].Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Compare_NoSuchNeighbour_SaysWhichAreThere(int k)
    {
        using var scope = TensorScope.Open();
        Assert.Equal("use --k 1 to 49", Assert.Throws<UserException>(() => Compare(Sets.Real, Sets.Fake, k)).Mend);
    }

    [Fact]
    public void Compare_NotANumber_IsRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("NaN", Assert.Throws<UserException>(() => Compare(Sets.Real, Sets.Fake * double.NaN, 1)).What);
    }

    private static MetricResult Compare(Tensor x, Tensor y, int k) => new Prdc().Compare(x, y, Sets.Usual with { K = k });
}
