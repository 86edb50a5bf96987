using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class IndependentTests
{
    [Fact]
    public void LogProb_OfWrappedBatchAxes_IsThatOfEventAxes()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Randn([5, 2, 3, 4], new Generator(1), DType.Float64);
        var (mean, logVar) = (x[0], x[1]);
        var wrapped = new Independent(Normal.FromLogVar(mean, logVar, 1), 1);
        Assert.Equal(2, wrapped.EventAxes);
        Assert.True(((wrapped.LogProb(x) - Normal.FromLogVar(mean, logVar, 2).LogProb(x)).Abs() <= 1e-12).All());
    }

    [Fact]
    public void LogProb_AxisThatWouldBroadcastOverTheEvent_IsRefused()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.Zeros([2, 3, 4]);
        var wrapped = new Independent(Normal.FromLogVar(mean, mean, 1), 1);
        Assert.Throws<ShapeException>(() => wrapped.LogProb(Tensor.Zeros([2, 1, 4])));
    }
}
