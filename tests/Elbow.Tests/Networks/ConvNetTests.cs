using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Networks;

public sealed class ConvNetTests
{
    public static TheoryData<int, int, int, int, int, int, int> Sizes => new()
    {
        // channels, height, width, stages, kernel, stride, padding
        { 1, 28, 28, 3, 4, 2, 1 }, { 3, 32, 32, 3, 4, 2, 1 }, { 1, 28, 20, 2, 4, 2, 1 }, { 1, 20, 28, 3, 4, 2, 1 }, { 1, 28, 20, 3, 4, 2, 1 }, { 1, 20, 30, 2, 4, 2, 1 }, { 1, 20, 30, 3, 4, 2, 1 },
        { 3, 17, 23, 2, 4, 2, 1 }, { 1, 17, 23, 3, 4, 2, 1 }, { 1, 17, 23, 2, 5, 3, 2 }, { 3, 64, 64, 4, 4, 2, 1 },
        { 1, 33, 33, 3, 3, 2, 1 }, { 1, 27, 27, 2, 4, 2, 1 }, { 2, 17, 17, 2, 5, 3, 2 }, { 1, 8, 8, 2, 3, 1, 1 }, { 1, 9, 5, 1, 3, 1, 0 }, { 1, 12, 12, 1, 1, 2, 0 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Build_FittingImage_KeepsTheContractOfBothDirections(int channels, int height, int width, int stages, int kernel, int stride, int padding)
    {
        using var scope = TensorScope.Open();
        var data = new DataShape(channels, height, width);
        var config = Config(stages, kernel, stride, padding);
        Assert.Equal(new Shape([2, 7]), config.BuildEncoder(data, 7, Small.Init()).Forward(Small.Normal(1, 2, data.Size)).Shape);
        Assert.Equal(new Shape([2, 3 * data.Size]), config.BuildDecoder(5, data, 3, Small.Init()).Forward(Small.Normal(1, 2, 5)).Shape);
    }

    [Fact]
    public void Build_EverySquare_FitsOrSaysWhy()
    {
        using var scope = TensorScope.Open();
        for (var side = 1; side <= 40; side++)
        {
            var data = new DataShape(1, side, side);
            if (side < 8) // 4 → 2 → 1, and a kernel of 4 with padding 1 needs 2
            {
                Assert.Contains("too small for a kernel of 4", Assert.Throws<ArgumentException>(() => Config(3, 4, 2, 1).BuildEncoder(data, 2, Small.Init())).Message);
                Assert.Throws<ArgumentException>(() => Config(3, 4, 2, 1).BuildDecoder(2, data, 1, Small.Init()));
                continue;
            }
            Assert.Equal(new Shape([1, 2]), Config(3, 4, 2, 1).BuildEncoder(data, 2, Small.Init()).Forward(Small.Normal(1, 1, data.Size)).Shape);
            Assert.Equal(new Shape([1, data.Size]), Config(3, 4, 2, 1).BuildDecoder(2, data, 1, Small.Init()).Forward(Small.Normal(1, 1, 2)).Shape);
        }
    }

    [Fact]
    public void Build_AnyRectangle_LeadsBackToItsSides()
    {
        using var scope = TensorScope.Open();
        for (var height = 8; height <= 24; height++)
        {
            for (var width = 8; width <= 24; width++)
            {
                var data = new DataShape(1, height, width);
                Assert.Equal(new Shape([1, data.Size]), Config(3, 4, 2, 1).BuildDecoder(2, data, 1, Small.Init()).Forward(Small.Normal(1, 1, 2)).Shape);
            }
        }
    }

    [Fact]
    public void Build_Vectors_IsRefused() =>
        Assert.Contains("dense layers", Assert.Throws<ArgumentException>(() => new ConvNet.Config().BuildEncoder(DataShape.Vector(64), 2, Small.Init())).Message);

    [Fact]
    public void BuildDecoder_ReversedChannels_MirrorsTheEncoder()
    {
        using var scope = TensorScope.Open();
        var data = new DataShape(1, 28, 28);
        var down = (Module)new ConvNet.Config { Channels = [4, 6, 8], Hidden = [] }.BuildEncoder(data, 9, Small.Init());
        var up = (Module)new ConvNet.Config { Channels = [8, 6, 4], Hidden = [] }.BuildDecoder(9, data, 1, Small.Init());
        var mirrored = Shapes(up).Reverse().Select(shape => shape.Rank == 2 ? new Shape([shape[1], shape[0]]) : shape);
        Assert.Equal(Shapes(down), mirrored);
    }

    [Fact]
    public void BuildDecoder_SeveralNumbersPerDimension_GivesBlocks()
    {
        using var scope = TensorScope.Open();
        var data = new DataShape(2, 4, 4);
        var decoder = (Sequential)new ConvNet.Config { Channels = [3], Kernel = 3, Stride = 1, Padding = 1 }.BuildDecoder(2, data, 2, Small.Init());
        var z = Small.Normal(1, 1, 2);
        var images = decoder.Layers.Take(decoder.Layers.Count - 1).Aggregate(z, (h, layer) => layer.Forward(h));
        // Block p holds channels p·C … p·C + C − 1, each row by row.
        Assert.Equal(images.Narrow(1, 2, 2).Contiguous().ToArray<double>(), decoder.Forward(z).Narrow(1, data.Size, data.Size).ToArray<double>());
    }

    [Theory]
    [InlineData(NormKind.Batch)]
    [InlineData(NormKind.Layer)]
    [InlineData(NormKind.Group)]
    public void Build_Normalised_NormalisesEveryHiddenLayer(NormKind norm)
    {
        using var scope = TensorScope.Open();
        var config = new ConvNet.Config { Channels = [3, 4], Hidden = [6], Norm = norm };
        Assert.Equal(3, Normalisations(config.BuildEncoder(new DataShape(1, 8, 8), 2, Small.Init())));
        // Hidden layer, first image, and the image between the two stages; the last is the output.
        Assert.Equal(3, Normalisations(config.BuildDecoder(2, new DataShape(1, 8, 8), 1, Small.Init())));
    }

    [Fact]
    public void Build_ResidualBlocks_AreInTheTree()
    {
        using var scope = TensorScope.Open();
        var encoder = (Module)new ConvNet.Config { Channels = [3, 4], ResidualBlocks = 2 }.BuildEncoder(new DataShape(1, 8, 8), 2, Small.Init());
        Assert.Equal(4 * 4, encoder.NamedParameters().Count(pair => pair.Key.Contains("inner", StringComparison.Ordinal)));
    }

    [Theory]
    // Sides that divide, that do not, that differ; odd and even kernels; a last stage of step 1.
    [InlineData(64, 64, 4, new[] { 2, 2, 2, 1 })]
    [InlineData(32, 32, 4, new[] { 2, 2, 1, 1 })]
    [InlineData(28, 20, 4, new[] { 2, 2, 2, 1 })]
    [InlineData(13, 13, 3, new[] { 2, 3, 1, 2 })]
    [InlineData(7, 7, 5, new[] { 1, 1, 2, 2 })]
    [InlineData(12, 12, 1, new[] { 2, 2, 1, 1 })]
    public void Build_SamePadding_MakesThatShareOfTheSide(int height, int width, int kernel, int[] strides)
    {
        using var scope = TensorScope.Open();
        var data = new DataShape(1, height, width);
        var down = new ConvNet.Config { Channels = [2, 3, 4, 5], Kernel = kernel, Padding = null, Strides = strides };
        var up = down with { Channels = [5, 4, 3, 2], Strides = [.. strides.Reverse()] };
        var (h, w) = strides.Aggregate((height, width), (side, step) => ((side.height + step - 1) / step, (side.width + step - 1) / step));
        var encoder = (Sequential)down.BuildEncoder(data, 7, Small.Init());
        Assert.Equal(new Shape([7, 5 * h * w]), encoder.NamedParameters().Last(pair => pair.Key.EndsWith("weight", StringComparison.Ordinal)).Value.Shape);
        Assert.Equal(new Shape([2, 7]), encoder.Forward(Small.Normal(1, 2, data.Size)).Shape);
        Assert.Equal(new Shape([2, data.Size]), up.BuildDecoder(7, data, 1, Small.Init()).Forward(Small.Normal(1, 2, 7)).Shape);
    }

    [Fact]
    public void BuildDecoder_SamePaddingOfStepOne_DropsOneLineBeforeAndTwoAfter()
    {
        using var scope = TensorScope.Open();
        // methods/avae.md 4.2: the last stage of the CelebA and CIFAR-10 decoders, kernel 4.
        var config = new ConvNet.Config { Channels = [2], Kernel = 4, Stride = 1, Padding = null, ActivateFirst = false };
        var decoder = (Sequential)config.BuildDecoder(3, new DataShape(1, 6, 6), 1, Small.Init());
        var z = Small.Normal(1, 2, 3);
        var first = decoder.Layers.Take(3).Aggregate(z, (h, layer) => layer.Forward(h));
        var weight = decoder.NamedParameters().Single(pair => pair.Value.Rank == 4).Value;
        var bias = decoder.NamedParameters().Last().Value;
        var full = first.ConvTranspose2dOfLibtorch(weight, bias);
        Assert.Equal(new Shape([2, 1, 9, 9]), full.Shape);
        Assert.Equal(0, (full.Narrow(2, 1, 6).Narrow(3, 1, 6).Reshape(2, 36) - decoder.Forward(z)).Abs().Sum().ToDouble(), 1e-10);
    }

    [Fact]
    public void BuildEncoder_SamePaddingOfStepOne_IsTheMirrorOfTheDecoders()
    {
        using var scope = TensorScope.Open();
        // ⟨conv x, y⟩ = ⟨x, transposed conv y⟩ with one kernel and no biases.
        var (x, y) = (Small.Normal(1, 1, 1, 6, 6), Small.Normal(2, 1, 1, 6, 6));
        var kernel = Small.Normal(3, 1, 1, 4, 4);
        var down = new Border(1, 2, 1, 2).Forward(x).Conv2d(kernel, null);
        var up = new Border(-1, -2, -1, -2).Forward(y.ConvTranspose2d(kernel, null));
        Assert.Equal((down * y).Sum().ToDouble(), (x * up).Sum().ToDouble(), 1e-10);
    }

    [Fact]
    public void BuildDecoder_WithoutActivatingTheFirstImage_StartsWithAPlainDenseLayer()
    {
        using var scope = TensorScope.Open();
        var config = new ConvNet.Config { Channels = [4, 3], Norm = NormKind.Batch, ActivateFirst = false };
        Assert.Equal(1, Normalisations(config.BuildDecoder(2, new DataShape(1, 8, 8), 1, Small.Init())));
    }

    [Fact]
    public void BuildEncoder_CentredInput_IsThatOfScaledData()
    {
        using var scope = TensorScope.Open();
        var (plain, data, x) = (new ConvNet.Config { Channels = [3] }, new DataShape(1, 8, 8), Small.Uniform(1, 2, 64));
        Assert.Equal(plain.BuildEncoder(data, 2, Small.Init()).Forward(2 * x - 1).ToArray<double>(), (plain with { CentreInput = true }).BuildEncoder(data, 2, Small.Init()).Forward(x).ToArray<double>());
    }

    [Fact]
    public void Build_MoreStepsThanStages_IsRefused() => Assert.Contains(
        "at most one for each", Assert.Throws<ArgumentException>(() => new ConvNet.Config { Channels = [3], Strides = [2, 2] }.BuildEncoder(new DataShape(1, 8, 8), 2, Small.Init())).Message);

    private static ConvNet.Config Config(int stages, int kernel, int stride, int padding) =>
        new() { Channels = [.. Enumerable.Range(2, stages)], Kernel = kernel, Stride = stride, Padding = padding };

    private static IEnumerable<Shape> Shapes(Module module) => module.NamedParameters().Where(pair => pair.Key.EndsWith("weight", StringComparison.Ordinal)).Select(pair => pair.Value.Shape);

    private static int Normalisations(ILayer layer) => ((Sequential)layer).Layers.Count(part => part is Normalisation);
}
