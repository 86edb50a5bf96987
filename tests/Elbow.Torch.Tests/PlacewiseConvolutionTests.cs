namespace Elbow.Torch.Tests;

/// <summary>Convolutions into small images and transposed ones out of them, which are computed place by place, against libtorch's own.</summary>
public sealed class PlacewiseConvolutionTests
{
    private const int Few = 16, Many = 32;

    // Sides of the large image, kernel, stride, padding: places 1 to 4 in a row, windows cut off at one side, at both, or not at all, and rows that no window sees.
    public static TheoryData<int, int, int, int, int> Geometries => new()
    {
        { 7, 7, 4, 2, 1 }, { 8, 6, 4, 2, 1 }, { 4, 4, 4, 2, 1 }, { 2, 2, 4, 2, 1 }, { 4, 3, 3, 1, 1 }, { 5, 7, 5, 3, 2 }, { 3, 3, 3, 1, 0 }, { 9, 9, 2, 3, 0 }, { 1, 4, 1, 1, 0 }, { 3, 4, 4, 2, 3 },
    };

    [Theory, MemberData(nameof(Geometries))]
    public void Conv2d_IsLibtorchsOperator_WithItsGradients(int height, int width, int kernel, int stride, int padding)
    {
        using var scope = TensorScope.Open();
        foreach (var B in new[] { 1, 2, 37 })
        {
            var (x, weight, bias) = (Numbers.Sample(1, B, Many, height, width).WithGrad(), Numbers.Sample(2, Few, Many, kernel, kernel).WithGrad(), Numbers.Sample(3, Few).WithGrad());
            Agree(x.Conv2d(weight, bias, stride, padding), x.Conv2dOfLibtorch(weight, bias, stride, padding), x, weight, bias);
            Agree(x.Conv2d(weight, null, stride, padding), x.Conv2dOfLibtorch(weight, null, stride, padding), x, weight);
        }
    }

    [Theory, MemberData(nameof(Geometries))]
    public void ConvTranspose2d_IsLibtorchsOperator_WithItsGradients(int height, int width, int kernel, int stride, int padding)
    {
        using var scope = TensorScope.Open();
        int Places(int side) => (side + 2 * padding - kernel) / stride + 1;
        int Rest(int side) => (side + 2 * padding - kernel) % stride;
        var (x, weight, bias) = (Numbers.Sample(1, 3, Few, Places(height), Places(width)).WithGrad(), Numbers.Sample(2, Few, Many, kernel, kernel).WithGrad(), Numbers.Sample(3, Many).WithGrad());
        var rest = ((long)Rest(height), (long)Rest(width));
        Agree(x.ConvTranspose2d(weight, bias, stride, padding, rest), x.ConvTranspose2dOfLibtorch(weight, bias, stride, padding, rest), x, weight, bias);
    }

    [Fact]
    public void SecondDerivatives_AreLibtorchs()
    {
        using var scope = TensorScope.Open();
        var (large, small, weight) = (Numbers.Sample(1, 2, Many, 4, 5).WithGrad(), Numbers.Sample(2, 2, Few, 2, 3).WithGrad(), Numbers.Sample(3, Few, Many, 3, 3).WithGrad());
        Second(y => y.Conv2d(weight, null, 2, 1), y => y.Conv2dOfLibtorch(weight, null, 2, 1), large);
        Second(y => y.ConvTranspose2d(weight, null, 2, 1), y => y.ConvTranspose2dOfLibtorch(weight, null, 2, 1), small);

        void Second(Func<Tensor, Tensor> ours, Func<Tensor, Tensor> theirs, Tensor x)
        {
            Tensor[] Of(Func<Tensor, Tensor> map)
            {
                var first = Autograd.Grad(map(x).Square().Sum(), [x, weight], createGraph: true);
                return Autograd.Grad(first[0].Square().Sum() + first[1].Square().Sum(), [x, weight]);
            }
            var (found, wanted) = (Of(ours), Of(theirs));
            for (var k = 0; k < 2; k++) (found[k] / wanted[k].Abs().Mean()).MustEqual(wanted[k] / wanted[k].Abs().Mean(), 1e-9);
        }
    }

    // A batch cut out of a larger one begins elsewhere in memory; layouts differ.
    [Theory]
    [InlineData(MemoryFormat.Contiguous)]
    [InlineData(MemoryFormat.ChannelsLast)]
    public void Conv2d_PartOfABatchInAnyLayout_IsTheSameMap(MemoryFormat format)
    {
        using var scope = TensorScope.Open();
        var (all, weights) = (Numbers.Sample(1, 9, Many, 7, 7), Numbers.Sample(2, 2 * Few, Many, 4, 4));
        var expected = all.Narrow(0, 4, 3).Conv2dOfLibtorch(weights.Narrow(0, Few, Few), null, 2, 1);
        var (x, weight) = (all.Contiguous(format).Narrow(0, 4, 3), weights.Contiguous(format).Narrow(0, Few, Few));
        x.Conv2d(weight, null, 2, 1).MustEqual(expected, 1e-10);
        var single = x.To(DType.Float32).Conv2d(weight.To(DType.Float32), null, 2, 1);
        Assert.Equal(DType.Float32, single.DType);
        single.MustEqual(expected, 1e-3);
    }

    // A ReLU behind a convolution overwrites its result.
    [Fact]
    public void Conv2d_ResultOverwritten_KeepsItsGradients()
    {
        using var scope = TensorScope.Open();
        var (x, weight) = (Numbers.Sample(1, 3, Many, 4, 4).WithGrad(), Numbers.Sample(2, Few, Many, 4, 4).WithGrad());
        var y = x.Conv2d(weight, null, 2, 1);
        y.ReluInPlace();
        Agree(y, x.Conv2dOfLibtorch(weight, null, 2, 1).Relu(), x, weight);
        var (z, back) = (Numbers.Sample(1, 3, Few, 2, 2).WithGrad(), Numbers.Sample(2, Few, Many, 4, 4).WithGrad());
        y = z.ConvTranspose2d(back, null, 2, 1);
        y.ReluInPlace();
        Agree(y, z.ConvTranspose2dOfLibtorch(back, null, 2, 1).Relu(), z, back);
    }

    [Fact]
    public void Conv2d_OneOrTwoThreads_IsTheSameMap()
    {
        using var scope = TensorScope.Open();
        var (x, weight) = (Numbers.Sample(1, 40, Many, 7, 7).WithGrad(), Numbers.Sample(2, 2 * Few, Many, 4, 4).WithGrad());
        var threads = Engine.Threads;
        try
        {
            Engine.Threads = 1;
            var one = x.Conv2d(weight, null, 2, 1);
            var gradients = Autograd.Grad(one.Square().Sum(), [x, weight]);
            Engine.Threads = 2;
            var two = x.Conv2d(weight, null, 2, 1);
            two.MustEqual(one, 1e-10);
            var same = Autograd.Grad(two.Square().Sum(), [x, weight]);
            for (var k = 0; k < 2; k++) same[k].MustEqual(gradients[k], 1e-7);
        }
        finally
        {
            Engine.Threads = threads;
        }
    }

    [Fact]
    public void Conv2d_ImpossibleArguments_AreRefusedByLibtorch()
    {
        using var scope = TensorScope.Open();
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many + 1, 3, 3]), null));
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 2, 2]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), null));
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), Tensor.Zeros([Few + 1])));
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), null, 0));
        Assert.Equal(new Shape(0, Few, 3, 3), Tensor.Zeros([0, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), null).Shape);
    }

    private static void Agree(Tensor found, Tensor expected, params Tensor[] inputs)
    {
        found.MustEqual(expected, 1e-9);
        var seed = Numbers.Sample(4, expected.Shape.ToArray());
        var (gradients, wanted) = (Autograd.Grad((found * seed).Sum(), inputs), Autograd.Grad((expected * seed).Sum(), inputs));
        for (var k = 0; k < inputs.Length; k++) gradients[k].MustEqual(wanted[k], 1e-9);
    }
}
