using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class CategoricalTests
{
    [Fact]
    public void LogProb_IntegerValues_IsThatOfFloatingOnes()
    {
        using var scope = TensorScope.Open();
        var d = new Categorical(Tensor.Randn([3, 2, 5], new Generator(1), DType.Float64));
        var x = Tensor.From([0L, 4, 1, 2, 3, 3], [3, 2]);
        Assert.Equal(d.LogProb(x).ToArray<double>(), d.LogProb(x.To(DType.Float64)).ToArray<double>());
    }

    [Fact]
    public void LogProb_TwoValues_IsThatOfABernoulli()
    {
        using var scope = TensorScope.Open();
        var logits = Tensor.Randn([3, 4, 2], new Generator(1), DType.Float64);
        var two = new Bernoulli(logits.Select(-1, 1) - logits.Select(-1, 0));
        var x = two.Sample(new Generator(2));
        Assert.True(((new Categorical(logits).LogProb(x) - two.LogProb(x)).Abs() <= 1e-13).All());
    }

    [Fact]
    public void LogProb_ValueOutOfRange_IsRefused()
    {
        using var scope = TensorScope.Open();
        var d = new Categorical(Tensor.Zeros([1, 3]));
        Assert.Throws<TorchException>(() => d.LogProb(Tensor.From(3f)));
    }
}
