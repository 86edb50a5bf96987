using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Networks;

/// <summary>What evaluation may do in another order: normalisations inside convolutions, small images place by place.</summary>
public sealed class EvaluationPassTests
{
    [Theory]
    [InlineData(NormKind.Batch, 1)]
    [InlineData(NormKind.Batch, null)]
    [InlineData(NormKind.Group, 1)]
    [InlineData(NormKind.None, 1)]
    public void Forward_Evaluating_IsThatOfOneLayerAfterTheOther(NormKind norm, int? padding)
    {
        using var scope = TensorScope.Open();
        var config = new ConvNet.Config { Channels = [32, 33, 34], Hidden = [5], Norm = norm, NormEpsilon = 1e-3, Padding = padding, ResidualBlocks = 1 };
        var encoder = (Sequential)config.BuildEncoder(new DataShape(1, 16, 16), 3, Small.Init());
        var x = Small.Normal(1, 4, 256);
        // Running statistics, scales and shifts that are not those of the start.
        foreach (var (name, tensor) in encoder.NamedParameters().Where(pair => pair.Value.Rank == 1))
        {
            using var frozen = Autograd.NoGrad();
            tensor.AddInPlace(Small.Normal((ulong)name.Length, tensor.Shape[0]), 0.3);
        }
        for (var seed = 0UL; seed < 3; seed++) encoder.Forward(Small.Normal(seed, 20, 256) * 2 + 1);
        encoder.SetTraining(false);
        var expected = encoder.Layers.Aggregate(x, (h, layer) => layer.Forward(h));
        var buffers = encoder.NamedBuffers().Select(pair => pair.Value.ToArray<double>().Sum()).ToArray();

        Same(expected, encoder.Forward(x));
        using (Autograd.NoGrad()) Same(expected, encoder.Forward(x));

        Assert.Equal(buffers, encoder.NamedBuffers().Select(pair => pair.Value.ToArray<double>().Sum()));
        Tensor[] parameters = [.. encoder.NamedParameters().Select(pair => pair.Value)];
        var (plain, folded) = (Autograd.Grad(expected.Square().Sum(), parameters), Autograd.Grad(encoder.Forward(x).Square().Sum(), parameters));
        foreach (var (a, b) in plain.Zip(folded)) Same(a, b);
    }

    [Fact]
    public void Forward_Training_IsThatOfOneLayerAfterTheOtherWithItsGradients()
    {
        using var scope = TensorScope.Open();
        var encoder = (Sequential)new ConvNet.Config { Channels = [4, 5], Hidden = [6], Norm = NormKind.Batch }.BuildEncoder(new DataShape(1, 8, 8), 3, Small.Init());
        var x = Small.Normal(1, 6, 64);
        Tensor[] parameters = [.. encoder.NamedParameters().Select(pair => pair.Value)];
        var (together, one) = (encoder.Forward(x), encoder.Layers.Aggregate(x, (h, layer) => layer.Forward(h)));
        Same(one, together);
        foreach (var (a, b) in Autograd.Grad(one.Square().Sum(), parameters).Zip(Autograd.Grad(together.Square().Sum(), parameters))) Same(a, b);
    }

    public static TheoryData<int, int, int, int, int> Convolutions => new()
    {
        // height, width, kernel, stride, padding: results of 1 to 4 places a side
        { 4, 4, 4, 2, 1 }, { 8, 8, 4, 2, 1 }, { 8, 6, 4, 2, 1 }, { 4, 4, 3, 1, 1 }, { 6, 6, 3, 1, 0 }, { 5, 7, 5, 2, 2 }, { 2, 2, 4, 2, 1 }, { 3, 4, 1, 1, 0 }, { 9, 9, 4, 3, 2 }, { 3, 3, 5, 1, 2 },
    };

    [Theory, MemberData(nameof(Convolutions))]
    public void Conv2d_IntoAFewPlaces_IsTheConvolution(int height, int width, int kernel, int stride, int padding)
    {
        using var scope = TensorScope.Open();
        using var layer = new Conv2d(32, 6, kernel, stride, padding, Small.Init());
        foreach (var x in new[] { Small.Normal(1, 3, 32, height, width), Small.Normal(1, 3, 32, height, width).Contiguous(MemoryFormat.ChannelsLast) })
        {
            // Recorded for gradients it is libtorch's own.
            var expected = layer.Forward(x);
            using var frozen = Autograd.NoGrad();
            Assert.False(Autograd.IsRecording);
            Same(expected, layer.Forward(x));
        }
        Assert.True(Autograd.IsRecording);
    }

    private static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(0, (expected - actual).Abs().Reshape(-1).Amax(0).ToDouble(), 1e-9);
    }
}
