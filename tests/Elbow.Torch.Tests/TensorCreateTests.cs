namespace Elbow.Torch.Tests;

public sealed class TensorCreateTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Constants_HaveValueShapeAndType()
    {
        Tensor.Full(2.5, [2, 1], DType.Float64).MustEqual(Tensor.From([2.5, 2.5], [2, 1]));
        Tensor.Zeros([3]).MustEqual([0, 0, 0]);
        Tensor.Ones([], DType.Int64).MustEqual([1]);
        Assert.Equal(DType.Float32, Tensor.Zeros([1]).DType);
        Tensor.Eye(2).MustEqual(Tensor.From([1f, 0, 0, 1], [2, 2]));
    }

    [Fact]
    public void Ranges_IncludeTheRightEnds()
    {
        Tensor.Arange(2, 5).MustEqual([2, 3, 4]);
        Tensor.Linspace(0, 1, 5, DType.Float64).MustEqual([0, 0.25, 0.5, 0.75, 1]);
        Assert.Equal(0, Tensor.Arange(3, 3).Count);
    }

    [Fact]
    public void Like_TakesShapeAndType()
    {
        using var generator = new Generator(1);
        var x = Tensor.Zeros([2, 3], DType.Float64);
        foreach (var like in new[] { x.ZerosLike(), x.RandnLike(generator), x.RandLike(generator) })
        {
            Assert.Equal(x.Shape, like.Shape);
            Assert.Equal(DType.Float64, like.DType);
        }
        Assert.Equal(DType.Float64, x.Scalar(2).DType);
        Assert.Equal(0, x.Scalar(2).Rank);
    }

    [Fact]
    public void Samplers_StayInTheirRange()
    {
        using var generator = new Generator(1);
        var u = Tensor.Rand([1000], generator).Values();
        Assert.All(u, value => Assert.InRange(value, 0, 1 - 1e-9));
        Assert.InRange(u.Average(), 0.45, 0.55);
        var n = Tensor.Randn([1000], generator).Values();
        Assert.InRange(n.Average(), -0.15, 0.15);
        Assert.InRange(n.Select(value => value * value).Average(), 0.8, 1.2);
        Assert.Equal([2.0, 3, 4], Tensor.RandInt(2, 5, [100], generator).Values().Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 20).Select(k => (double)k), Tensor.RandPerm(20, generator).Values().Order());
        Assert.All(Tensor.From(0.0, 1.0, 0.0).Multinomial(50, generator).Values(), index => Assert.Equal(1, index));
        Assert.Equal([0.0, 1, 1, 0], Tensor.From(0.0, 1, 1, 0).Bernoulli(generator).Values());
    }
}
