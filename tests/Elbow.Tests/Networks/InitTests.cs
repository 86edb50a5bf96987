using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Networks;

public sealed class InitTests
{
    [Theory]
    [InlineData("dense", 200, 300)]
    [InlineData("conv", 20 * 9, 30 * 9)]
    [InlineData("transposed", 20 * 9, 30 * 9)]
    public void Uniform_AnyLayer_StaysWithinOneOverRootFanInAndFillsIt(string kind, int fanIn, int _)
    {
        using var scope = TensorScope.Open();
        var bound = 1 / Math.Sqrt(fanIn);
        foreach (var (name, tensor) in Layer(kind, InitKind.Uniform).NamedParameters())
        {
            var values = tensor.Detach().ToArray<double>();
            Assert.All(values, value => Assert.InRange(value, -bound, bound));
            if (name == "weight") MonteCarlo.Agree(Tensor.From(values).Square(), bound * bound / 3, $"{kind} variance");
        }
    }

    [Theory]
    [InlineData("dense", 200, 300)]
    [InlineData("conv", 20 * 9, 30 * 9)]
    [InlineData("transposed", 20 * 9, 30 * 9)]
    public void HeNormal_AnyLayer_HasVarianceTwoOverFanInAndZeroBias(string kind, int fanIn, int _)
    {
        using var scope = TensorScope.Open();
        var parameters = Layer(kind, InitKind.HeNormal).NamedParameters().ToDictionary();
        MonteCarlo.Agree(parameters["weight"].Detach().Flatten().Square(), 2.0 / fanIn, "variance");
        MonteCarlo.Agree(parameters["weight"].Detach().Flatten().Square().Square(), 3 * 4.0 / fanIn / fanIn, "fourth moment of a Gaussian");
        Assert.All(parameters["bias"].ToArray<double>(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("dense", 200, 300)]
    [InlineData("conv", 20 * 9, 30 * 9)]
    [InlineData("transposed", 20 * 9, 30 * 9)]
    public void XavierUniform_AnyLayer_HasVarianceTwoOverBothFans(string kind, int fanIn, int fanOut)
    {
        using var scope = TensorScope.Open();
        var parameters = Layer(kind, InitKind.XavierUniform).NamedParameters().ToDictionary();
        var bound = Math.Sqrt(6.0 / (fanIn + fanOut));
        Assert.All(parameters["weight"].ToArray<double>(), value => Assert.InRange(value, -bound, bound));
        MonteCarlo.Agree(parameters["weight"].Detach().Flatten().Square(), 2.0 / (fanIn + fanOut), "variance");
    }

    [Theory]
    [InlineData("conv")]
    [InlineData("transposed")]
    public void HeGlorot_HiddenConvolution_IsACutNormalOfVarianceTwoOverFanIn(string kind)
    {
        using var scope = TensorScope.Open();
        var parameters = Layer(kind, InitKind.HeGlorot).NamedParameters().ToDictionary();
        // Cut at two of its own standard deviations, which is 2/0.8796 of the final ones.
        var bound = 2 / 0.87962566 * Math.Sqrt(2.0 / (20 * 9));
        Assert.All(parameters["weight"].Detach().ToArray<double>(), value => Assert.InRange(value, -bound, bound));
        MonteCarlo.Agree(parameters["weight"].Detach().Flatten().Square(), 2.0 / (20 * 9), "variance");
        Assert.All(parameters["bias"].ToArray<double>(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void HeGlorot_DenseAndOutputLayers_AreGlorotUniform()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(Small.Init(3, InitKind.XavierUniform).Weight([7, 3], 3, 7).ToArray<double>(), Small.Init(3, InitKind.HeGlorot).Weight([7, 3], 3, 7).ToArray<double>());
        Assert.Equal(Small.Init(3, InitKind.XavierUniform).Kernel([7, 3, 2, 2], 12, 28).ToArray<double>(), Small.Init(3, InitKind.HeGlorot).ForOutput.Kernel([7, 3, 2, 2], 12, 28).ToArray<double>());
        Assert.All(Layer("dense", InitKind.HeGlorot).NamedParameters().ToDictionary()["bias"].ToArray<double>(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Weight_SameSeed_IsTheSame()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(Small.Init(5).Weight([7, 3], 3, 7).ToArray<double>(), Small.Init(5).Weight([7, 3], 3, 7).ToArray<double>());
        Assert.NotEqual(Small.Init(5).Weight([7, 3], 3, 7).ToArray<double>(), Small.Init(6).Weight([7, 3], 3, 7).ToArray<double>());
    }

    // Fans of the transposed convolution are PyTorch's: outputs × kernel² in, inputs × kernel² out.
    private static Module Layer(string kind, InitKind law) => kind switch
    {
        "dense" => new Linear(200, 300, Small.Init(3, law)),
        "conv" => new Conv2d(20, 30, 3, 1, 1, Small.Init(3, law)),
        _ => new ConvTranspose2d(30, 20, 3, 1, 1, default, Small.Init(3, law)),
    };
}
