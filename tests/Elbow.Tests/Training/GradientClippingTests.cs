using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class GradientClippingTests
{
    [Fact]
    public void ByNorm_LongGradient_IsShortenedToTheLimitInItsDirection()
    {
        using var scope = TensorScope.Open();
        Tensor[] gradients = [Tensor.From(3.0, 0), Tensor.From([4.0], [1, 1])];
        Assert.Equal(5, GradientClipping.ByNorm(gradients, 2), 1e-12);
        Assert.Equal([1.2, 0], gradients[0].ToArray<double>().Select(value => Math.Round(value, 12)));
        Assert.Equal(1.6, gradients[1].ToDouble(), 1e-12);
    }

    [Fact]
    public void ByNorm_ShortGradient_IsLeft()
    {
        using var scope = TensorScope.Open();
        Tensor[] gradients = [Tensor.From(3.0, 4)];
        GradientClipping.ByNorm(gradients, 5.1);
        Assert.Equal([3.0, 4], gradients[0].ToArray<double>());
    }

    [Fact]
    public void ByValue_Elements_AreClamped()
    {
        using var scope = TensorScope.Open();
        Tensor[] gradients = [Tensor.From(3.0, -4, 0.5)];
        GradientClipping.ByValue(gradients, 1);
        Assert.Equal([1, -1, 0.5], gradients[0].ToArray<double>());
    }

    [Fact]
    public void Normalise_EachTensor_HasLengthOneInItsDirection()
    {
        using var scope = TensorScope.Open();
        Tensor[] gradients = [Tensor.From(3.0, 4), Tensor.From(-2e-3), Tensor.From(0.0, 0)];
        GradientClipping.Normalise(gradients);
        Assert.Equal([0.6, 0.8], gradients[0].ToArray<double>().Select(value => Math.Round(value, 7)));
        Assert.Equal(-2e-3 / (2e-3 + 1e-7), gradients[1].ToDouble(), 1e-12);
        Assert.Equal([0.0, 0], gradients[2].ToArray<double>());
    }

    [Fact]
    public void ByNorm_NaN_IsReported()
    {
        using var scope = TensorScope.Open();
        Assert.True(double.IsNaN(GradientClipping.ByNorm([Tensor.From(3.0, double.NaN), Small.Normal(1, 3)], 1)));
    }
}
