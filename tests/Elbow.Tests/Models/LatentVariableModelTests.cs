using Elbow.Models;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Models;

public sealed class LatentVariableModelTests
{
    [Theory]
    [InlineData(new long[] { 2 }, new long[] { 4 })]
    [InlineData(new long[] { 7, 2 }, new long[] { 7, 4 })]
    [InlineData(new long[] { 3, 7, 2 }, new long[] { 3, 7, 4 })]
    [InlineData(new long[] { 2, 3, 7, 2 }, new long[] { 2, 3, 7, 4 })]
    public void Decode_AnyLeadingAxes_KeepsThem(long[] latents, long[] data)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 4);
        Assert.Equal(new Shape(data), model.Decode(Small.Normal(1, latents)).Mean.Shape);
    }

    [Fact]
    public void Decode_Samples_AreDecodedOneByOne()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2, new NormalLikelihood.Config { Scale = ScaleOf.Decoder }), 4);
        var z = Small.Normal(1, 3, 5, 2);
        var together = model.Decode(z).Mean[1].ToArray<double>();
        Assert.All(together.Zip(model.Decode(z[1]).Mean.ToArray<double>()), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Fact]
    public void Encode_WrongWidth_IsRefused()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 4);
        Assert.Contains("[-1, 4]", Assert.Throws<ShapeException>(() => model.Encode(Small.Normal(1, 3, 5))).Message);
    }

    [Fact]
    public void Decode_WrongNumberOfLatents_IsRefused()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 4);
        Assert.Contains("expected 2 latents", Assert.Throws<ShapeException>(() => model.Decode(Small.Normal(1, 4, 3))).Message);
    }

    [Fact]
    public void Create_Images_ReachConvolutionalNetworksWhole()
    {
        using var scope = TensorScope.Open();
        var conv = new ConvNet.Config { Channels = [2, 3] };
        using var model = LatentVariableModel.Create(
            new ModelConfig { LatentDim = 2, Encoder = conv, Decoder = conv, Likelihood = new CategoricalLikelihood.Config { Levels = 3 } }, new DataShape(3, 8, 8), Small.Init());
        var x = (Small.Uniform(1, 4, 192) * 3).Floor();
        Assert.Equal(new Shape([5, 4]), model.Decode(Small.Normal(2, 5, 4, 2)).LogProb(x).Shape);
        Assert.Equal(new Shape([4, 2]), model.Encode(x).Mean.Shape);
    }
}
