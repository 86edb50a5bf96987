using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Networks;

public sealed class NormalisationTests
{
    [Fact]
    public void Batch_Training_HasMeanZeroAndVarianceOnePerChannel()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Batch, 3, Small.Init());
        var y = layer.Forward(Small.Normal(1, 50, 3, 4, 4) * 5 + 2);
        Assert.All(y.Mean(0, 2, 3).ToArray<double>(), mean => Assert.Equal(0, mean, 1e-10));
        Assert.All(y.Var([0, 2, 3], 0).ToArray<double>(), variance => Assert.Equal(1, variance, 1e-5));
    }

    [Fact]
    public void Batch_OneTrainingStep_MovesRunningStatisticsByATenth()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Batch, 1, Small.Init());
        layer.Forward(Tensor.From([1.0, 3.0], [2, 1]));
        var buffers = layer.NamedBuffers().ToDictionary();
        Assert.Equal(0.1 * 2, buffers["running_mean"].ToArray<double>()[0], 1e-12);
        Assert.Equal(0.9 * 1 + 0.1 * 2, buffers["running_var"].ToArray<double>()[0], 1e-12);
    }

    [Fact]
    public void Batch_Evaluating_UsesRunningStatisticsAndLeavesThem()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Batch, 1, Small.Init());
        layer.Load(new Dictionary<string, Tensor>
        {
            ["weight"] = Tensor.From(2.0), ["bias"] = Tensor.From(0.5), ["running_mean"] = Tensor.From(3.0), ["running_var"] = Tensor.From(4.0),
        });
        layer.SetTraining(false);
        var y = layer.Forward(Tensor.From([7.0, 3.0], [2, 1])).ToArray<double>();
        Assert.Equal(2 * (7 - 3) / Math.Sqrt(4 + 1e-5) + 0.5, y[0], 1e-12);
        Assert.Equal(0.5, y[1], 1e-12);
        Assert.Equal(3.0, layer.NamedBuffers().First().Value.ToArray<double>()[0]);
    }

    [Fact]
    public void Batch_OfOtherMomentumAndEpsilon_UsesThem()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Batch, 1, Small.Init(), momentum: 0.01, epsilon: 1e-3);
        var y = layer.Forward(Tensor.From([1.0, 3.0], [2, 1]));
        Assert.Equal(1 / Math.Sqrt(1 + 1e-3), y.ToArray<double>()[1], 1e-12);
        Assert.Equal(0.01 * 2, layer.NamedBuffers().First().Value.ToArray<double>()[0], 1e-12);
    }

    [Fact]
    public void Batch_TrainingOnOneExample_StaysFinite()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Batch, 4, Small.Init());
        layer.Forward(Small.Normal(1, 1, 4));
        Assert.All(layer.NamedBuffers(), buffer => Assert.True(buffer.Value.IsFinite().All(), buffer.Key));
    }

    [Theory]
    [InlineData(NormKind.Layer)]
    [InlineData(NormKind.Group)]
    public void LayerAndGroup_OneExampleOfABatch_IsAsAlone(NormKind kind)
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(kind, 4, Small.Init());
        var x = Small.Normal(1, 5, 4, 3, 3);
        var alone = layer.Forward(x.Narrow(0, 2, 1)).ToArray<double>();
        layer.SetTraining(false);
        var together = layer.Forward(x).Narrow(0, 2, 1).ToArray<double>();
        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Layer_Images_NormalisesAllFeaturesOfAnExample()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Layer, 3, Small.Init());
        var y = layer.Forward(Small.Normal(1, 4, 3, 5, 5) * 3 - 1);
        Assert.All(y.Mean(1, 2, 3).ToArray<double>(), mean => Assert.Equal(0, mean, 1e-10));
        Assert.All(y.Var([1, 2, 3], 0).ToArray<double>(), variance => Assert.Equal(1, variance, 1e-5));
    }
}
