using Elbow.Data;

namespace Elbow.Tests.Data;

public sealed class PermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Of_AnyCount_HoldsEveryRowOnce(int count) =>
        Assert.Equal(Enumerable.Range(0, count), Permutation.Of(count, 7, 3).Order());

    [Fact]
    public void Of_FirstPlace_IsUniform()
    {
        var counts = new int[5];
        for (var seed = 0; seed < 10000; seed++)
        {
            counts[Permutation.Of(5, seed)[0]]++;
        }

        // χ² with 4 degrees of freedom: 23.5 is the 0.9999 quantile.
        Assert.True(counts.Sum(count => Math.Pow(count - 2000, 2) / 2000) < 23.5);
    }

    [Fact]
    public void Of_SameKey_NeverChanges() =>
        Assert.Equal(Permutation.Of(100, 1, 2), Permutation.Of(100, 1, 2));

    [Fact]
    public void Of_SwappedKeyWords_Differs() =>
        Assert.NotEqual(Permutation.Of(100, 1, 2), Permutation.Of(100, 2, 1));
}
