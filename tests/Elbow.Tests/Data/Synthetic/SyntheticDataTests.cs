using Elbow.Data;

namespace Elbow.Tests.Data.Synthetic;

public sealed class SyntheticDataTests
{
    public static TheoryData<string> Names => [.. SyntheticData.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_AnyGenerator_IsFiniteReproducibleAndDependsOnTheSeed(string name)
    {
        var first = SyntheticData.Create(name, 300, 1);
        Assert.Equal(300, first.Count);
        Assert.All(Some.All(first), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(Some.All(first), Some.All(SyntheticData.Create(name, 300, 1)));
        Assert.NotEqual(Some.All(first), Some.All(SyntheticData.Create(name, 300, 2)));
    }

    [Fact]
    public void Pca_Rows_HaveTheMeanAndCovarianceOfTheTruth()
    {
        var truth = LinearGaussian.Truth(3);
        var x = Some.All(SyntheticData.Create("pca", 40000, 3));
        for (var i = 0; i < 10; i++)
        {
            Assert.InRange(Mean(x, i) - truth.Mean[i], -0.04, 0.04);
            for (var j = 0; j < 10; j++)
            {
                var covariance = (truth.Weights[i, 0] * truth.Weights[j, 0]) + (truth.Weights[i, 1] * truth.Weights[j, 1]) + (i == j ? 0.01 : 0);
                var sample = Enumerable.Range(0, 40000).Average(row => (x[(row * 10) + i] - truth.Mean[i]) * (x[(row * 10) + j] - truth.Mean[j]));
                Assert.InRange(sample - covariance, -0.07, 0.07);
            }
        }
    }

    [Fact]
    public void LogDensity_OwnSamples_AverageToMinusTheEntropy()
    {
        // E log p(x) = −½ log |2πe Σ|; log |Σ| by elimination, independent of the formula under test.
        var truth = LinearGaussian.Truth(3);
        var sigma = new double[10, 10];
        for (var i = 0; i < 10; i++)
        {
            for (var j = 0; j < 10; j++)
            {
                sigma[i, j] = (truth.Weights[i, 0] * truth.Weights[j, 0]) + (truth.Weights[i, 1] * truth.Weights[j, 1]) + (i == j ? 0.01 : 0);
            }
        }

        var logDeterminant = 0.0;
        for (var k = 0; k < 10; k++)
        {
            logDeterminant += Math.Log(sigma[k, k]);
            for (var i = k + 1; i < 10; i++)
            {
                var factor = sigma[i, k] / sigma[k, k];
                for (var j = k; j < 10; j++)
                {
                    sigma[i, j] -= factor * sigma[k, j];
                }
            }
        }

        var x = Some.All(SyntheticData.Create("pca", 20000, 3));
        var average = Enumerable.Range(0, 20000).Average(row => truth.LogDensity(x.AsSpan(row * 10, 10)));
        // The density of a Gaussian sample has variance D/2 nats².
        Assert.InRange(average + (0.5 * ((10 * Math.Log(2 * Math.PI * Math.E)) + logDeterminant)), -5 * Math.Sqrt(5.0 / 20000), 5 * Math.Sqrt(5.0 / 20000));
    }

    [Fact]
    public void Streaming_Blocks_HaveTheScalesOfTheirDirections()
    {
        var data = SyntheticData.Create("streaming", 30000, 1);
        var x = Some.All(data);
        int[] directions = [6, 2, 4];
        for (var block = 0; block < 3; block++)
        {
            // The total variance does not depend on the rotation.
            var expected = Enumerable.Range(0, directions[block]).Sum(j => Math.Pow(1 + (4.0 * j / 9), 2)) + (10 * 0.01);
            var sample = Enumerable.Range(block * 10000, 10000).Average(row => x.AsSpan(row * 10, 10).ToArray().Sum(value => (double)value * value));
            Assert.InRange(sample / expected, 0.95, 1.05);
            Assert.Equal(10000, data.Labels[0].Codes.Count(code => code == block));
        }
    }

    [Fact]
    public void EightGaussians_Centres_LieOnTheCircle()
    {
        var data = SyntheticData.Create("eight-gaussians", 8000, 1);
        var x = Some.All(data);
        foreach (var group in Enumerable.Range(0, 8000).GroupBy(row => data.Labels[0].Codes[row]))
        {
            var (dx, dy) = (group.Average(row => x[2 * row]) - 1, group.Average(row => x[(2 * row) + 1]) - 1);
            Assert.InRange(Math.Sqrt((dx * dx) + (dy * dy)), 0.39, 0.41);
        }
    }

    [Fact]
    public void Sprites_Factors_AreAllCombinationsAndMoveTheShape()
    {
        var data = new Sprites();
        Assert.Equal(7680, Enumerable.Range(0, data.Count).Select(row => string.Join(' ', data.Labels.Select(column => column.Codes[row]))).Distinct().Count());
        var row = new float[4096];
        data.Read([0], row);
        var (left, area) = (CentreX(row), row.Sum());
        data.Read([Sprites.Row(0, 0, 0, 1, 0)], row);
        Assert.Equal(4, CentreX(row) - left, 1e-4);
        data.Read([Sprites.Row(0, 1, 0, 0, 0)], row);
        Assert.True(row.Sum() > area);
    }

    [Fact]
    public void Sprites_Row_HasTheLevelsThatWereAskedFor()
    {
        var data = new Sprites();
        for (var row = 0; row < data.Count; row += 17) Assert.Equal(row, Sprites.Row([.. data.Labels.Select(column => column.Codes[row])]));
        Assert.Equal(Sprites.FactorSizes, data.Labels.Select(column => column.Classes.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sprites.Row(0, 4, 0, 0, 0));
        Assert.Throws<ArgumentException>(() => Sprites.Row(0, 1));
    }

    [Fact]
    public void Sprites_EveryImage_ShowsItsWholeShape()
    {
        var data = new Sprites();
        var row = new float[4096];
        for (var index = 0; index < data.Count; index += 7)
        {
            data.Read([index], row);
            Assert.InRange(row.Sum(), 80, 700);
            Assert.All(row, value => Assert.True(value is 0 or 1));
            Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(0, row[i] + row[(63 * 64) + i] + row[64 * i] + row[(64 * i) + 63]));
        }
    }

    private static double Mean(float[] x, int column) => Enumerable.Range(0, x.Length / 10).Average(row => x[(row * 10) + column]);

    private static double CentreX(float[] image) => Enumerable.Range(0, 4096).Sum(i => image[i] * (i % 64)) / image.Sum();
}
