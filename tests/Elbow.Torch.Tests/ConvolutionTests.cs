namespace Elbow.Torch.Tests;

/// <summary>Convolutions and transposed ones in each way of computing them, against libtorch's own.</summary>
public sealed class ConvolutionTests
{
    private const int Few = 16, Many = 32;

    public enum Way
    {
        Libtorch,
        Patches,
        Places,
        Winograd,
    }

    // Way; batch, channels and sides of the large image, channels of the small one; kernel, stride, padding. Windows are cut off at one side, at both, or not at all; some
    // rows no window sees; tiles are of one size or two, with 2 to 5 points.
    public static TheoryData<Way, int, int, int, int, int, int, int, int> Layers => new()
    {
        { Way.Patches, 3, 1, 9, 12, 5, 4, 2, 1 }, { Way.Patches, 2, 1, 7, 7, 3, 5, 3, 2 }, { Way.Patches, 1, 1, 6, 5, 4, 2, 2, 0 },
        { Way.Places, 1, Many, 7, 7, Few, 4, 2, 1 }, { Way.Places, 37, Many, 8, 6, Few, 4, 2, 1 }, { Way.Places, 2, Many, 4, 4, Few, 4, 2, 1 },
        { Way.Places, 2, Many, 2, 2, Few, 4, 2, 1 }, { Way.Places, 5, Many, 4, 3, Few, 3, 1, 1 }, { Way.Places, 2, Many, 5, 7, Few, 5, 3, 2 },
        { Way.Places, 2, Many, 3, 3, Few, 3, 1, 0 }, { Way.Places, 2, Many, 9, 9, Few, 2, 3, 0 }, { Way.Places, 2, Many, 1, 4, Few, 1, 1, 0 },
        { Way.Places, 2, Many, 3, 4, Few, 4, 2, 3 },
        { Way.Winograd, 80, 48, 14, 14, 52, 4, 2, 1 }, { Way.Winograd, 60, 64, 15, 14, 64, 4, 2, 1 }, { Way.Winograd, 70, 48, 5, 8, 48, 3, 1, 1 },
        { Way.Winograd, 120, 64, 16, 16, 64, 5, 2, 2 }, { Way.Winograd, 64, 64, 9, 10, 72, 4, 1, 0 }, { Way.Winograd, 48, 64, 17, 18, 64, 6, 3, 2 },
        { Way.Winograd, 100, 96, 9, 8, 96, 2, 1, 0 },
        { Way.Libtorch, 2, 3, 9, 8, 5, 4, 2, 1 }, { Way.Libtorch, 1, 64, 14, 14, 64, 4, 2, 1 },
    };

    [Theory, MemberData(nameof(Layers))]
    public void Conv2d_IsLibtorchsOperator_WithItsGradients(Way way, int B, int C, int height, int width, int O, int kernel, int stride, int padding)
    {
        MustTake(way, B, C, height, width, O, kernel, stride, padding);
        using var scope = TensorScope.Open();
        var (x, weight, bias) = (Numbers.Sample(1, B, C, height, width).WithGrad(), Numbers.Sample(2, O, C, kernel, kernel).WithGrad(), Numbers.Sample(3, O).WithGrad());
        Agree(x.Conv2d(weight, bias, stride, padding), x.Conv2dOfLibtorch(weight, bias, stride, padding), x, weight, bias);
        Agree(x.Conv2d(weight, null, stride, padding), x.Conv2dOfLibtorch(weight, null, stride, padding), x, weight);
    }

    [Theory, MemberData(nameof(Layers))]
    public void ConvTranspose2d_IsLibtorchsOperator_WithItsGradients(Way way, int B, int C, int height, int width, int O, int kernel, int stride, int padding)
    {
        MustTake(way, B, C, height, width, O, kernel, stride, padding);
        using var scope = TensorScope.Open();
        long Rest(int side) => (side + 2 * padding - kernel) % stride;
        var x = Numbers.Sample(1, B, O, Places(height, kernel, stride, padding), Places(width, kernel, stride, padding)).WithGrad();
        var (weight, bias) = (Numbers.Sample(2, O, C, kernel, kernel).WithGrad(), Numbers.Sample(3, C).WithGrad());
        var rest = (Rest(height), Rest(width));
        Agree(x.ConvTranspose2d(weight, bias, stride, padding, rest), x.ConvTranspose2dOfLibtorch(weight, bias, stride, padding, rest), x, weight, bias);
    }

    // The error of sums of products one by one is 2e-7 with 128 channels; that of minimal filtering is what the documentation says.
    [Theory, MemberData(nameof(Layers))]
    public void Float32_IsOffByAFewMillionths(Way way, int B, int C, int height, int width, int O, int kernel, int stride, int padding)
    {
        MustTake(way, B, C, height, width, O, kernel, stride, padding);
        using var scope = TensorScope.Open();
        var (x, weight) = (Numbers.Sample(1, B, C, height, width).WithGrad(), Numbers.Sample(2, O, C, kernel, kernel).WithGrad());
        var (single, kernels) = (x.Detach().To(DType.Float32).WithGrad(), weight.Detach().To(DType.Float32).WithGrad());
        var (exact, found) = (x.Conv2dOfLibtorch(weight, null, stride, padding), single.Conv2d(kernels, null, stride, padding));
        var seed = Numbers.Sample(4, exact.Shape.ToArray());
        var (wanted, gradients) = (Autograd.Grad((exact * seed).Sum(), [x, weight]), Autograd.Grad((found * seed.To(DType.Float32)).Sum(), [single, kernels]));
        foreach (var (value, reference) in new[] { (found, exact), (gradients[0], wanted[0]), (gradients[1], wanted[1]) })
        {
            Assert.Equal(DType.Float32, value.DType);
            var off = ((value.To(DType.Float64) - reference).Square().Mean().Sqrt() / reference.Square().Mean().Sqrt()).ToDouble();
            Assert.InRange(off, 0, way == Way.Winograd ? 3e-6 : 1e-6);
        }
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

    // One layer for each way, with kernel 4, stride 2, padding 1: batch, channels and side of the large image, channels of the small one.
    public static TheoryData<Way, int, int, int, int> OneOfEach => new()
    {
        { Way.Patches, 3, 1, 11, 5 }, { Way.Places, 40, Many, 7, Few }, { Way.Winograd, 140, 80, 11, 80 }, { Way.Libtorch, 3, 2, 11, 5 },
    };

    // A batch cut out of a larger one begins elsewhere in memory; layouts differ.
    [Theory, MemberData(nameof(OneOfEach))]
    public void PartOfABatchInAnyLayout_IsTheSameMap(Way way, int B, int C, int side, int O)
    {
        MustTake(way, B, C, side, side, O, 4, 2, 1);
        using var scope = TensorScope.Open();
        var (all, weights) = (Numbers.Sample(1, B + 6, C, side, side), Numbers.Sample(2, 2 * O, C, 4, 4));
        var (part, half) = (all.Narrow(0, 4, B), weights.Narrow(0, O, O));
        var expected = part.Conv2dOfLibtorch(half, null, 2, 1);
        var seed = Numbers.Sample(3, expected.Shape.ToArray());
        var back = seed.ConvTranspose2dOfLibtorch(half, null, 2, 1, (1, 1));
        foreach (var format in new[] { MemoryFormat.Contiguous, MemoryFormat.ChannelsLast })
        {
            var (x, weight) = (all.Contiguous(format).Narrow(0, 4, B), weights.Contiguous(format).Narrow(0, O, O));
            x.Conv2d(weight, null, 2, 1).MustEqual(expected, 1e-10);
            seed.Contiguous(format).ConvTranspose2d(weight, null, 2, 1, (1, 1)).MustEqual(back, 1e-10);
        }
    }

    // A ReLU behind a convolution overwrites its result.
    [Theory, MemberData(nameof(OneOfEach))]
    public void ResultOverwritten_KeepsItsGradients(Way way, int B, int C, int side, int O)
    {
        using var scope = TensorScope.Open();
        var (x, weight) = Layer(way, B, C, side, O);
        var y = x.Conv2d(weight, null, 2, 1);
        y.ReluInPlace();
        Agree(y, x.Conv2dOfLibtorch(weight, null, 2, 1).Relu(), x, weight);
        var z = Numbers.Sample(3, B, O, side / 2, side / 2).WithGrad();
        y = z.ConvTranspose2d(weight, null, 2, 1, (1, 1));
        y.ReluInPlace();
        Agree(y, z.ConvTranspose2dOfLibtorch(weight, null, 2, 1, (1, 1)).Relu(), z, weight);
    }

    [Theory, MemberData(nameof(OneOfEach))]
    public void OneOrTwoThreads_IsTheSameMap(Way way, int B, int C, int side, int O)
    {
        using var scope = TensorScope.Open();
        var (x, weight) = Layer(way, B, C, side, O);
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
            // The same threads, the same numbers: training resumes to the bit.
            two = x.Conv2d(weight, null, 2, 1);
            var again = Autograd.Grad(two.Square().Sum(), [x, weight]);
            for (var k = 0; k < 2; k++) again[k].MustEqual(same[k], 0);
        }
        finally
        {
            Engine.Threads = threads;
        }
    }

    // The same whatever way the channels choose: a division by a side of nothing ends the process, a bias of another type is cut.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Convolutions_WithoutPlacesOrOfMixedTypes_AreRefused(long C)
    {
        using var scope = TensorScope.Open();
        var kernel = Tensor.Zeros([C, C, 3, 3]);
        foreach (var shape in new long[][] { [1, C, 0, 5], [1, C, 5, 0] })
        {
            Assert.Throws<TorchException>(() => Tensor.Zeros(shape).Conv2d(kernel, null, 1, 3));
            Assert.Throws<TorchException>(() => Tensor.Zeros(shape).ConvTranspose2d(kernel, null));
        }
        foreach (var side in new[] { 2, 4, 16 })
        {
            var x = Tensor.Zeros([2, C, side, side]);
            Assert.Throws<TorchException>(() => x.Conv2d(Tensor.Zeros([C, C, 0, 0]), null));
            Assert.Throws<TorchException>(() => x.ConvTranspose2d(Tensor.Zeros([C, C, 0, 0]), null));
            Assert.Throws<TorchException>(() => x.Conv2d(Tensor.Zeros([C, C, 1, 1]), Tensor.Zeros([C], DType.Float64)));
            Assert.Throws<TorchException>(() => x.ConvTranspose2d(Tensor.Zeros([C, C, 1, 1]), Tensor.Zeros([C], DType.Float64)));
            Assert.Throws<TorchException>(() => x.ConvTranspose2d(Tensor.Zeros([C, C, 1, 1], DType.Float64), null));
            Assert.Throws<TorchException>(() => x.ConvTranspose2d(kernel, null, 1L << 62));
            Assert.Throws<TorchException>(() => x.ConvTranspose2d(kernel, null, 1, side + 1));
        }
    }

    [Fact]
    public void Conv2d_ImpossibleArguments_AreRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many + 1, 3, 3]), null));
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 2, 2]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), null));
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), Tensor.Zeros([Few + 1])));
        Assert.Throws<TorchException>(() => Tensor.Zeros([2, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), null, 0));
        Assert.Equal(new Shape(0, Few, 3, 3), Tensor.Zeros([0, Many, 5, 5]).Conv2d(Tensor.Zeros([Few, Many, 3, 3]), null).Shape);
    }

    private static (Tensor X, Tensor Weight) Layer(Way way, int B, int C, int side, int O)
    {
        MustTake(way, B, C, side, side, O, 4, 2, 1);
        return (Numbers.Sample(1, B, C, side, side).WithGrad(), Numbers.Sample(2, O, C, 4, 4).WithGrad());
    }

    // Without this a test of a way might be a second one of libtorch.
    private static unsafe void MustTake(Way way, int B, int C, int height, int width, int O, int kernel, int stride, int padding)
    {
        var large = stackalloc long[] { B, C, height, width };
        var small = stackalloc long[] { B, O, Places(height, kernel, stride, padding), Places(width, kernel, stride, padding) };
        Assert.Equal(way, (Way)Elbow.Torch.Native.NativeMethods.elbow_conv_way(large, small, kernel, stride, padding));
    }

    private static long Places(int side, int kernel, int stride, int padding) => (side + 2 * padding - kernel) / stride + 1;

    private static void Agree(Tensor found, Tensor expected, params Tensor[] inputs)
    {
        found.MustEqual(expected, 1e-9);
        var seed = Numbers.Sample(4, expected.Shape.ToArray());
        var (gradients, wanted) = (Autograd.Grad((found * seed).Sum(), inputs), Autograd.Grad((expected * seed).Sum(), inputs));
        for (var k = 0; k < inputs.Length; k++) gradients[k].MustEqual(wanted[k], 1e-9);
    }
}
