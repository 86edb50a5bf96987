using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class NormalTests
{
    [Fact]
    public void LogProb_OneScaleForAll_IsThatOfTheExpandedScale()
    {
        using var scope = TensorScope.Open();
        var (x, mean) = (Random([5, 4, 7]), Random([4, 7]));
        var one = Normal.FromScale(mean, mean.Scalar(0.3));
        var each = Normal.FromScale(mean, mean.Scalar(0.3).Expand(4, 7));
        Assert.True(((one.LogProb(x) - each.LogProb(x)).Abs() <= 1e-10).All());
        Assert.True(((one.Entropy() - each.Entropy()).Abs() <= 1e-12).All());
    }

    [Fact]
    public void LogProb_FromScale_IsThatFromLogVar()
    {
        using var scope = TensorScope.Open();
        var (x, mean, logVar) = (Random([4, 7]), Random([4, 7]), Random([7]));
        var difference = Normal.FromLogVar(mean, logVar).LogProb(x) - Normal.FromScale(mean, (0.5 * logVar).Exp()).LogProb(x);
        Assert.True((difference.Abs() <= 1e-12).All());
    }

    [Fact]
    public void Scale_FromLogVar_IsAStandardDeviation()
    {
        using var scope = TensorScope.Open();
        var zero = Tensor.Zeros([1], DType.Float64);
        Assert.Equal(3, Normal.FromLogVar(zero, zero.Scalar(Math.Log(9))).Scale.ToDouble(), 1e-14);
        Assert.Equal(Math.Log(9), Normal.FromScale(zero, zero.Scalar(3)).LogVar.ToDouble(), 1e-14);
    }

    [Fact]
    public void FromLogVar_ShapesThatDoNotBroadcast_IsRefused()
    {
        using var scope = TensorScope.Open();
        var error = Assert.Throws<ShapeException>(() => Normal.FromLogVar(Tensor.Zeros([4, 7]), Tensor.Zeros([4, 6])));
        Assert.Contains("[4, 7]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[4, 6]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromScale_TypesThatDoNotFit_IsRefused()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.Zeros([4, 7]);
        Assert.Throws<ArgumentException>(() => Normal.FromScale(mean, Tensor.Ones([7], DType.Float64)));
        Assert.Throws<ArgumentException>(() => Normal.FromScale(mean, Tensor.Ones([7], DType.Int64)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.FromScale(mean, mean.Scalar(1), 3));
    }

    private static Tensor Random(long[] shape) => Tensor.Randn(shape, new Generator((ulong)shape.Length), DType.Float64);
}
