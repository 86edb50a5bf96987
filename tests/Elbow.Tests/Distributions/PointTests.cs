using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class PointTests
{
    [Fact]
    public void LogProb_AtAndBesideThePoint_IsZeroAndMinusInfinity()
    {
        using var scope = TensorScope.Open();
        var d = new Point(Tensor.From([1.0, 2, 3, 4], [2, 2]));
        var x = Tensor.From([1.0, 2, 3, 5], [2, 2]);
        Assert.Equal([0, double.NegativeInfinity], d.LogProb(x).ToArray<double>());
    }

    [Fact]
    public void Sample_WithAndWithoutCount_IsThePointWithItsGradient()
    {
        using var scope = TensorScope.Open();
        var at = Tensor.From([1.0, 2, 3, 4], [2, 2]).WithGrad();
        var d = new Point(at);
        Assert.Equal([1.0, 2, 3, 4], d.Sample(new Generator(1)).ToArray<double>());
        Assert.Equal(new Shape(3, 2, 2), d.Sample(new Generator(1), 3).Shape);
        Assert.Equal([3.0, 3, 3, 3], Autograd.Grad(d.Sample(new Generator(1), 3).Sum(), [at])[0].ToArray<double>());
    }
}
