using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class FullNormalTests
{
    [Fact]
    public void LogProb_DiagonalFactor_IsThatOfIndependentGaussians()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Randn([6, 3, 4], new Generator(1), DType.Float64);
        var (mean, scale) = (x[0], x[1].Exp());
        var difference = new FullNormal(mean, scale.DiagEmbed()).LogProb(x) - Normal.FromScale(mean, scale).LogProb(x);
        Assert.True((difference.Abs() <= 1e-11).All());
    }

    [Fact]
    public void Constructor_ElementsAboveTheDiagonal_AreIgnored()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.From(0.5, -0.5);
        var (full, lower) = (Tensor.From([2.0, 9, 1, 3], [2, 2]), Tensor.From([2.0, 0, 1, 3], [2, 2]));
        var (a, b) = (new FullNormal(mean, full), new FullNormal(mean, lower));
        Assert.Equal(a.Sample(new Generator(1), 3).ToArray<double>(), b.Sample(new Generator(1), 3).ToArray<double>());
        Assert.Equal(a.LogProb(mean + 1).ToDouble(), b.LogProb(mean + 1).ToDouble());
    }

    [Fact]
    public void Constructor_FactorOfAnotherSize_IsRefused()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.Zeros([3, 4]);
        Assert.Throws<ShapeException>(() => new FullNormal(mean, Tensor.Eye(3)));
        Assert.Throws<ShapeException>(() => new FullNormal(mean, Tensor.Zeros([4])));
        Assert.Throws<ShapeException>(() => new FullNormal(mean, Tensor.Zeros([2, 4, 4])));
    }
}
