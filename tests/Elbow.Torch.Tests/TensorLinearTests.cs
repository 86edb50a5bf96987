using Elbow.Torch.Native;

namespace Elbow.Torch.Tests;

public sealed class TensorLinearTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Matmul_Linear_HandComputed()
    {
        var x = Tensor.From([1.0, 2], [1, 2]);
        var weight = Tensor.From([1.0, 2, 3, 4, 5, 6], [3, 2]);
        x.Matmul(weight.T).MustEqual([5, 11, 17]);
        x.Linear(weight, Tensor.From(1.0, 0, -1)).MustEqual([6, 11, 16]);
        x.Linear(weight).MustEqual([5, 11, 17]);
    }

    [Fact]
    public void Cdist_IsTheEuclideanDistance() =>
        Tensor.From([0.0, 0, 3, 4], [2, 2]).Cdist(Tensor.From([0.0, 0], [1, 2])).MustEqual([0, 5]);

    [Fact]
    public void Decompositions_MultiplyBackTogether()
    {
        var a = Numbers.Sample(1, 4, 4);
        var spd = a.Matmul(a.T) + Tensor.Eye(4, DType.Float64);
        var b = Numbers.Sample(2, 4, 2);

        var L = spd.Cholesky();
        L.Matmul(L.T).MustEqual(spd, 1e-12);
        L.Matmul(L.SolveLower(b)).MustEqual(b, 1e-12);
        spd.Matmul(spd.Solve(b)).MustEqual(b, 1e-12);

        var (values, vectors) = spd.Eigh();
        (vectors * values).Matmul(vectors.T).MustEqual(spd, 1e-12);
        spd.LogAbsDet().MustEqual(values.Log().Sum(), 1e-12);

        var (Q, R) = a.Qr();
        Q.Matmul(R).MustEqual(a, 1e-12);
        Q.T.Matmul(Q).MustEqual(Tensor.Eye(4, DType.Float64), 1e-12);

        var (U, S, Vt) = a.Narrow(1, 0, 2).Svd();
        Assert.Equal(new Shape(4, 2), U.Shape);
        (U * S).Matmul(Vt).MustEqual(a.Narrow(1, 0, 2), 1e-12);
    }

    [Fact]
    public void Cholesky_OfAnIndefiniteMatrix_Throws() => Assert.Throws<TorchException>(() => (-Tensor.Eye(2)).Cholesky());

    [Fact]
    public void Conv2d_HandComputed()
    {
        var x = Tensor.Arange(1, 10, DType.Float64).Reshape(1, 1, 3, 3);
        var corner = Tensor.From([1.0, 0, 0, -1], [1, 1, 2, 2]);
        x.Conv2d(corner, Tensor.From(10.0)).MustEqual(Tensor.From([6.0, 6, 6, 6], [1, 1, 2, 2]));
        Assert.Equal(new Shape(1, 1, 2, 2), x.Conv2d(corner, null, stride: 2, padding: 1).Shape);
    }

    /// <summary>Strides 1 and 2 with every padding and output padding that a 3×3 or 4×4 kernel allows, into few channels and into more.</summary>
    public static TheoryData<int, int, int, int, int, int> Transposed
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int, int>();
            foreach (var kernel in new[] { 3, 4 })
            {
                foreach (var stride in new[] { 1, 2 })
                {
                    for (var padding = 0; padding < kernel; padding++)
                    {
                        for (var extra = 0; extra < stride * stride; extra++)
                        {
                            foreach (var channels in new[] { 1, 3, 5 }) data.Add(channels, kernel, stride, padding, extra / stride, extra % stride);
                        }
                    }
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Transposed))]
    public void ConvTranspose2d_IsLibtorchsOperator_WithItsGradients(int channels, int kernel, int stride, int padding, int extraHeight, int extraWidth)
    {
        var x = Numbers.Sample(1, 2, 3, 5, 6).WithGrad();
        var weight = Numbers.Sample(2, 3, channels, kernel, kernel).WithGrad();
        var bias = Numbers.Sample(3, channels).WithGrad();
        var expected = Aten.ConvTranspose2d.Call(x, weight, bias, new long[] { stride }, new long[] { padding }, new long[] { extraHeight, extraWidth });
        var actual = x.ConvTranspose2d(weight, bias, stride, padding, (extraHeight, extraWidth));
        actual.MustEqual(expected, 1e-10);

        var seed = Numbers.Sample(4, expected.Shape.ToArray());
        var wanted = Autograd.Grad((expected * seed).Sum(), [x, weight, bias]);
        var found = Autograd.Grad((actual * seed).Sum(), [x, weight, bias]);
        for (var k = 0; k < 3; k++) found[k].MustEqual(wanted[k], 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void ConvTranspose2d_SecondDerivatives_AreLibtorchs(int channels)
    {
        var x = Numbers.Sample(1, 2, 3, 4, 5).WithGrad();
        var weight = Numbers.Sample(2, 3, channels, 4, 4).WithGrad();
        var bias = Numbers.Sample(3, channels).WithGrad();
        Tensor[] Second(Tensor y)
        {
            var first = Autograd.Grad(y.Square().Sum(), [x, weight, bias], createGraph: true);
            return Autograd.Grad(first.Aggregate(Tensor.From(0.0), (sum, g) => sum + g.Square().Sum()), [x, weight, bias]);
        }
        var wanted = Second(x.ConvTranspose2dOfLibtorch(weight, bias, 2, 1));
        var found = Second(x.ConvTranspose2d(weight, bias, 2, 1));
        for (var k = 0; k < 3; k++) (found[k] / wanted[k].Abs().Mean()).MustEqual(wanted[k] / wanted[k].Abs().Mean(), 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void ConvTranspose2d_Float32AndChannelsLast_IsTheSameMap(int channels)
    {
        var x = Numbers.Sample(1, 2, 3, 5, 6);
        var weight = Numbers.Sample(2, 3, channels, 4, 4);
        var expected = x.ConvTranspose2d(weight, null, 2, 1);
        var single = x.To(DType.Float32).Contiguous(MemoryFormat.ChannelsLast).ConvTranspose2d(weight.To(DType.Float32), null, 2, 1);
        Assert.Equal(DType.Float32, single.DType);
        single.MustEqual(expected, 1e-5);
    }

    [Fact]
    public void ConvTranspose2d_NoImages_GivesNoImages() =>
        Assert.Equal(new Shape(0, 4, 10, 12), Tensor.Zeros([0, 3, 5, 6]).ConvTranspose2d(Tensor.Zeros([3, 4, 4, 4]), null, 2, 1).Shape);

    [Theory]
    [InlineData("3 channels", new long[] { 2, 3, 5, 5 }, new long[] { 4, 2, 3, 3 }, 2, 1, 0, 1)]
    [InlineData("expected x", new long[] { 3, 5, 5 }, new long[] { 3, 2, 3, 3 }, 2, 1, 0, 2)]
    [InlineData("output padding", new long[] { 2, 3, 5, 5 }, new long[] { 3, 2, 3, 3 }, 2, 1, 2, 2)]
    [InlineData("stride", new long[] { 2, 3, 5, 5 }, new long[] { 3, 2, 3, 3 }, 0, 1, 0, 2)]
    [InlineData("bias", new long[] { 2, 3, 5, 5 }, new long[] { 3, 2, 3, 3 }, 2, 1, 0, 1)]
    public void ConvTranspose2d_ImpossibleArguments_AreRefused(string reason, long[] x, long[] weight, int stride, int padding, int outputPadding, int bias)
    {
        var error = Assert.Throws<TorchException>(() => Tensor.Zeros(x).ConvTranspose2d(Tensor.Zeros(weight), Tensor.Zeros([bias]), stride, padding, (0, outputPadding)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{new Shape(x)} {new Shape(weight)}", error.Shapes, StringComparison.Ordinal);
    }

    /// <summary>Fewer and more than a vector, a lane block and a product block, and never a multiple of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(784)]
    [InlineData(5001)]
    public void BernoulliLogProb_IsTheComposedForm_WithItsGradient(long D)
    {
        var logits = (5 * Numbers.Sample(1, 3, 4, D)).WithGrad();
        var x = Numbers.Sample(2, 4, D).Sigmoid();
        var expected = ((x * logits) - logits.Softplus()).Sum(-1);
        var actual = logits.BernoulliLogProb(x);
        actual.MustEqual(expected, 1e-12);
        var seed = Numbers.Sample(3, 3, 4);
        Autograd.Grad((actual * seed).Sum(), [logits])[0].MustEqual(Autograd.Grad((expected * seed).Sum(), [logits])[0], 1e-12);
    }

    [Fact]
    public void BernoulliLogProb_ExtremeLogits_StayExact()
    {
        var logits = Tensor.From([-500.0, 500, -500, 500], [4, 1]);
        logits.BernoulliLogProb(Tensor.From([0.0, 1, 1, 0], [4, 1])).MustEqual([0, 0, -500, -500], 1e-12);
        logits.To(DType.Float32).BernoulliLogProb(Tensor.From([0f, 1, 1, 0], [4, 1])).MustEqual([0, 0, -500, -500], 1e-6);
    }

    [Fact]
    public void BernoulliLogProb_NotANumber_StaysOne()
    {
        var logits = Numbers.Sample(1, 2, 100);
        logits.CopyFrom<double>([.. logits.ToArray<double>().Select((value, k) => k == 150 ? double.NaN : value)]);
        var result = logits.BernoulliLogProb(Tensor.Zeros([2, 100], DType.Float64)).ToArray<double>();
        Assert.True(double.IsFinite(result[0]));
        Assert.True(double.IsNaN(result[1]));
    }

    [Fact]
    public void BernoulliLogProb_WhatItCannotDo_IsRefused()
    {
        var logits = Tensor.Zeros([4, 3]);
        Assert.Throws<TorchException>(() => logits.BernoulliLogProb(Tensor.Zeros([3, 4])));
        Assert.Throws<TorchException>(() => logits.BernoulliLogProb(Tensor.Ones([])));
        Assert.Equal(new Shape(0), Tensor.Zeros([0, 3]).BernoulliLogProb(Tensor.Ones([3])).Shape);
        Tensor.Zeros([2, 0]).BernoulliLogProb(Tensor.Ones([2, 0])).MustEqual([0, 0], 0);
        Assert.Throws<TorchException>(() => logits.BernoulliLogProb(Tensor.Zeros([4, 3], DType.Float64)));
        var error = Assert.Throws<TorchException>(() => logits.BernoulliLogProb(Tensor.Zeros([4, 3]).WithGrad()));
        Assert.Contains("x gets no gradient here: detach it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BatchNorm_Training_NormalisesAndUpdatesRunningStatistics()
    {
        var x = Tensor.From([1.0, 3, 10, 30], [2, 2]);
        var mean = Tensor.Zeros([2], DType.Float64);
        var variance = Tensor.Ones([2], DType.Float64);
        x.BatchNorm(null, null, mean, variance, training: true, momentum: 0.5, eps: 0).MustEqual([-1, -1, 1, 1]);
        mean.MustEqual([2.75, 8.25]);
        variance.MustEqual([0.5 + (0.5 * 40.5), 0.5 + (0.5 * 364.5)]);
    }

    [Fact]
    public void LayerNorm_GroupNorm_HaveMeanZeroAndVarianceOne()
    {
        var x = Numbers.Sample(1, 3, 8);
        foreach (var y in new[] { x.LayerNorm([8], null, null, 0), x.GroupNorm(1, null, null, 0) })
        {
            y.Mean(1).MustEqual([0, 0, 0], 1e-12);
            y.Var([1], correction: 0).MustEqual([1, 1, 1], 1e-12);
        }
    }

    [Fact]
    public void Pooling_Padding_Upsampling_HandComputed()
    {
        var x = Tensor.From([1.0, 2, 3, 4], [1, 1, 2, 2]);
        x.AvgPool2d(2, 2).MustEqual([2.5]);
        x.MaxPool2d(2, 2).MustEqual([4]);
        x.Pad([1, 0, 0, 1], 9).MustEqual(Tensor.From([9.0, 1, 2, 9, 3, 4, 9, 9, 9], [1, 1, 3, 3]));
        x.UpsampleNearest(4, 2).MustEqual(Tensor.From([1.0, 2, 1, 2, 3, 4, 3, 4], [1, 1, 4, 2]));
    }
}
