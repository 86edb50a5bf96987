using Elbow.Data;

namespace Elbow.Tests.Data.Synthetic;

public sealed class EdVaeDataTests
{
    private const int Rows = 100_000;

    [Fact]
    public void Weights_Columns_AreOrthogonalOfLengthTwoAndOne()
    {
        var w = EdVaeData.Weights;
        double Product(int a, int b) => Enumerable.Range(0, 4).Sum(d => w[d, a] * w[d, b]);
        Assert.Equal([4, 0, 1], [Product(0, 0), Product(0, 1), Product(1, 1)]);
    }

    // Means, variances and a third moment of each coordinate, in closed form.
    [Theory]
    [InlineData("ed-g", 0, 0, 1, 1, 0)]
    [InlineData("ed-n1", 0, 0, 4.16, 4.16, 0)]
    [InlineData("ed-n2", 0, 0, 1, 1.5, 1)]
    [InlineData("ed-n3", 0, 0.5772156649, 2, 1.6449340668, 2.4041138063)]
    public void Latent_EachSet_HasTheMomentsOfItsLaw(string name, double firstMean, double secondMean, double firstVariance, double secondVariance, double secondThird)
    {
        var random = new StableRandom(CounterHash.Key(3));
        var z = Enumerable.Range(0, Rows).Select(_ => EdVaeData.Latent(name, random)).ToArray();
        Assert.Equal(firstMean, z.Average(row => row.First), 0.03);
        Assert.Equal(secondMean, z.Average(row => row.Second), 0.03);
        Assert.Equal(firstVariance, z.Average(row => Math.Pow(row.First - firstMean, 2)), 0.06);
        Assert.Equal(secondVariance, z.Average(row => Math.Pow(row.Second - secondMean, 2)), 0.06);
        Assert.Equal(secondThird, z.Average(row => Math.Pow(row.Second - secondMean, 3)), 0.25);
    }

    // E[−log p(z)] by the closed-form entropies of methods/ed-vae.md 4.1: the draws have these very laws, not only their moments.
    [Fact]
    public void Latent_BananaAndHeavyTails_HaveTheEntropiesOfTheirLaws()
    {
        var random = new StableRandom(CounterHash.Key(4));
        var banana = Enumerable.Range(0, Rows).Select(_ => EdVaeData.Latent("ed-n2", random))
            .Average(z => Math.Log(2 * Math.PI) + 0.5 * (z.First * z.First + Math.Pow(z.Second - 0.5 * (z.First * z.First - 1), 2)));
        Assert.Equal(Math.Log(2 * Math.PI * Math.E), banana, 0.015);
        var heavy = Enumerable.Range(0, Rows).Select(_ => EdVaeData.Latent("ed-n3", random)).ToArray();
        Assert.Equal(1 + Math.Log(2), heavy.Average(z => Math.Log(2) + Math.Abs(z.First)), 0.015);
        Assert.Equal(1 + 0.5772156649, heavy.Average(z => z.Second + Math.Exp(-z.Second)), 0.02);
    }

    [Fact]
    public void Rows_OfTheGaussianSet_HaveTheCovarianceOfTheTruth()
    {
        var w = EdVaeData.Weights;
        var x = Some.All(SyntheticData.Create("ed-g", 40_000, 5));
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                var wanted = w[i, 0] * w[j, 0] + w[i, 1] * w[j, 1] + (i == j ? 0.25 : 0);
                Assert.Equal(wanted, Enumerable.Range(0, 40_000).Average(row => (double)x[row * 4 + i] * x[row * 4 + j]), 0.04);
            }
        }
        Assert.NotEqual(x, Some.All(SyntheticData.Create("ed-g-tanh", 40_000, 5)));
    }
}
