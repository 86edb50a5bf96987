using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class WeightAverageTests
{
    [Fact]
    public void Update_MovingWeights_FollowsTheEquation()
    {
        using var scope = TensorScope.Open();
        using var layer = new Linear(1, 1, Small.Init(), withBias: false);
        Set(layer, 0);
        using var average = new WeightAverage(layer, 0.5);
        var expected = 0.0;
        for (var step = 0; step < 12; step++)
        {
            Set(layer, step + 1);
            average.Update(step);
            expected += (1 - Math.Min(0.5, (1.0 + step) / (10 + step))) * (step + 1 - expected);
        }
        Assert.Equal(expected, average.Tensors["weight"].ToDouble(), 1e-12);
    }

    [Fact]
    public void Evaluate_Work_SeesTheAverageAndThenTheTrainedWeightsAreBack()
    {
        using var scope = TensorScope.Open();
        using var layer = new Linear(1, 1, Small.Init(), withBias: false);
        Set(layer, 1);
        using var average = new WeightAverage(layer, 0.9);
        Set(layer, 5);
        Assert.Throws<InvalidOperationException>(() => average.Evaluate(() =>
        {
            Assert.Equal(1, layer.Weight.ToDouble());
            throw new InvalidOperationException();
        }));
        Assert.Equal(5, layer.Weight.ToDouble());
    }

    [Fact]
    public void Update_Buffers_AreCopied()
    {
        using var scope = TensorScope.Open();
        using var norm = new Normalisation(NormKind.Batch, 2, Small.Init());
        using var average = new WeightAverage(norm, 0.999);
        norm.Forward(Small.Normal(1, 10, 2));
        average.Update(1000);
        Assert.Equal(norm.NamedBuffers().First().Value.ToArray<double>(), average.Tensors["running_mean"].ToArray<double>());
    }

    private static void Set(Linear layer, double value)
    {
        using var frozen = Autograd.NoGrad();
        layer.Weight.FillInPlace(value);
    }
}
