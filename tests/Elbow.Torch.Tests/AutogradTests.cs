namespace Elbow.Torch.Tests;

public sealed class AutogradTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    /// <summary>Smooth functions of positive matrices (2, 3), in float64.</summary>
    public static TheoryData<string, Func<Tensor, Tensor>> Smooth => new()
    {
        { "product and sum", x => (x * x.Flip(1)) + x },
        { "quotient", x => x / (1.0 + x.Flip(0)) },
        { "scalars", x => (2.0 / x) - (3.0 * x) + (1 - x) },
        { "exp", x => x.Exp() },
        { "log", x => x.Log() },
        { "log1p", x => x.Log1p() },
        { "expm1", x => x.Expm1() },
        { "sqrt", x => x.Sqrt() },
        { "rsqrt", x => x.Rsqrt() },
        { "square", x => x.Square() },
        { "pow", x => x.Pow(2.5) },
        { "pow tensor", x => x.Pow(x) },
        { "sin cos", x => x.Sin() * x.Cos() },
        { "tanh", x => x.Tanh() },
        { "atanh", x => (x / 4).Atanh() },
        { "sigmoid", x => x.Sigmoid() },
        { "log sigmoid", x => x.LogSigmoid() },
        { "softplus", x => x.Softplus() },
        { "elu", x => (x - 1.2).Elu() },
        { "silu", x => x.Silu() },
        { "gelu", x => x.Gelu() },
        { "erf", x => x.Erf() },
        { "erfinv", x => (x / 4).Erfinv() },
        { "lgamma", x => x.Lgamma() },
        { "digamma", x => x.Digamma() },
        { "logaddexp", x => x.Logaddexp(2 * x.Flip(1)) },
        { "lerp", x => x.Lerp(x.Square(), 0.3) },
        { "where", x => Tensor.Where(x > 1, x.Square(), x.Exp()) },
        { "where, scalar", x => Tensor.Where(x > 1, x.Square(), 0) * x },
        { "mean", x => x.Square().Mean(0) },
        { "variance", x => x.Var([1]) },
        { "norm", x => x.Norm(1) },
        { "log sum exp", x => x.LogSumExp(1) },
        { "softmax", x => x.Softmax(1) },
        { "log softmax", x => x.LogSoftmax(0) },
        { "cumsum", x => x.Square().Cumsum(1) },
        { "matmul", x => x.Matmul(x.T) },
        { "linear", x => x.Linear(x.Square(), x.Sum(1)) },
        { "cholesky", x => (x.Matmul(x.T) + Tensor.Eye(2, DType.Float64)).Cholesky() },
        { "log det", x => (x.Matmul(x.T) + Tensor.Eye(2, DType.Float64)).LogAbsDet() },
        { "layer norm", x => x.LayerNorm([3], null, null, 1e-5) },
        { "cat and slice", x => Tensor.Cat(1, x, x.Square()).Slice(1, 1, null, 2) },
        { "gather", x => x.Square().Gather(1, Tensor.From([0L, 2, 1, 1], [2, 2])) },
        { "transposed convolution", x => x.Reshape(1, 1, 2, 3).ConvTranspose2d(x.Reshape(1, 1, 2, 3), x.Sum().Reshape(1), stride: 2, padding: 1, outputPadding: (1, 0)) },
        { "Bernoulli log-probability", x => (2 * x - 3).BernoulliLogProb(Tensor.From([0.0, 0.3, 1], [3])) },
        { "fused products", x => x.Addcmul(x.Square(), x.Flip(1), 0.3) + x.MseLoss(x.Exp()) },
        { "batch norm", x => x.BatchNorm(null, null, Tensor.Zeros([3], DType.Float64), Tensor.Ones([3], DType.Float64), false, 0.1, 1e-5).Square() },
    };

    [Theory]
    [MemberData(nameof(Smooth), DisableDiscoveryEnumeration = true)]
    public void Grad_IsTheFiniteDifference(string name, Func<Tensor, Tensor> f)
    {
        Assert.NotEmpty(name);
        var weights = Weights(f);
        var x = Point().WithGrad();
        Autograd.Grad(Scalar(x), [x])[0].MustEqual(Difference(Scalar), 2e-7);

        Tensor Scalar(Tensor at) => (f(at) * weights).Sum();
    }

    [Theory]
    [MemberData(nameof(Smooth), DisableDiscoveryEnumeration = true)]
    public void Grad_OfTheGrad_IsTheFiniteDifference(string name, Func<Tensor, Tensor> f)
    {
        Assert.NotEmpty(name);
        var weights = Weights(f);
        var direction = Numbers.Sample(3, 2, 3);
        var x = Point().WithGrad();
        Autograd.Grad(Slope(x), [x])[0].MustEqual(Difference(at => Slope(at.Detach().WithGrad())), 2e-7);

        // The x that takes part in every function makes the slope depend on x even where f is linear.
        Tensor Slope(Tensor at) => (Autograd.Grad((f(at) * weights).Sum() + at.Pow(3).Sum(), [at], createGraph: true)[0] * direction).Sum();
    }

    [Theory]
    [MemberData(nameof(Smooth), DisableDiscoveryEnumeration = true)]
    public void NoGrad_ChangesNoValue(string name, Func<Tensor, Tensor> f)
    {
        Assert.NotEmpty(name);
        var x = Point().WithGrad();
        var recorded = f(x);
        Assert.True(recorded.RequiresGrad);
        using var noGrad = Autograd.NoGrad();
        var y = f(x);
        Assert.False(y.RequiresGrad);
        Assert.Equal(recorded.ToArray<double>(), y.ToArray<double>());
    }

    private static Tensor Point() => Tensor.From([0.7, 1.3, 2.1, 1.7, 0.9, 1.1], [2, 3]);

    private static Tensor Weights(Func<Tensor, Tensor> f) => Numbers.Sample(2, f(Point()).Shape.ToArray());

    // Fourth-order central differences.
    private static double[] Difference(Func<Tensor, Tensor> f)
    {
        const double h = 1e-3;
        var at = Point().ToArray<double>();
        return [.. Enumerable.Range(0, at.Length).Select(k => ((8 * (Value(k, h) - Value(k, -h))) - (Value(k, 2 * h) - Value(k, -2 * h))) / (12 * h))];

        double Value(int k, double step)
        {
            double[] moved = [.. at];
            moved[k] += step;
            return f(Tensor.From(moved, [2, 3])).ToDouble();
        }
    }

    [Fact]
    public void Grad_OfAnUnusedInput_IsZeros()
    {
        var used = Tensor.From(2.0).WithGrad();
        var unused = Tensor.Ones([2, 3]).WithGrad();
        var grads = Autograd.Grad(used.Square().Sum(), [unused, used]);
        grads[0].MustEqual(Tensor.Zeros([2, 3]));
        Assert.Equal(DType.Float32, grads[0].DType);
        grads[1].MustEqual([4]);
    }

    [Fact]
    public void Grad_ForNoInputs_Throws() => Assert.Throws<TorchException>(() => Autograd.Grad(Tensor.From(2.0).WithGrad().Sum(), []));

    [Fact]
    public void Grad_OfSeveralElements_Throws()
    {
        var x = Tensor.From(1.0, 2.0).WithGrad();
        var error = Assert.Throws<TorchException>(() => Autograd.Grad(x.Square(), [x]));
        Assert.Contains("scalar outputs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grad_OfWhatWasNotRecorded_Throws()
    {
        var x = Tensor.From(1.0);
        Assert.Throws<TorchException>(() => Autograd.Grad(x.Sum(), [x]));
    }

    [Fact]
    public void Grad_Twice_NeedsTheGraph()
    {
        var x = Tensor.From(2.0).WithGrad();
        var y = x.Square().Sum();
        Autograd.Grad(y, [x]);
        Assert.Throws<TorchException>(() => Autograd.Grad(y, [x]));
    }

    [Fact]
    public void Backward_SumsIntoTheLeaves()
    {
        var x = Tensor.From(1.0, 2.0).WithGrad();
        Assert.Null(x.Gradient);
        x.Square().Sum().Backward();
        x.Sum().Backward();
        Assert.NotNull(x.Gradient);
        x.Gradient.MustEqual([3, 5]);
        x.ClearGradient();
        Assert.Null(x.Gradient);
    }

    [Fact]
    public void NoGrad_RecordsNothingUntilItsEnd()
    {
        var x = Tensor.From(1.0).WithGrad();
        using (Autograd.NoGrad())
        {
            Assert.False((x + 1).RequiresGrad);
            using (Autograd.WithGrad()) Assert.True((x + 1).RequiresGrad);
            Assert.False((x + 1).RequiresGrad);
        }
        Assert.True((x + 1).RequiresGrad);
    }

    [Fact]
    public void NoGrad_EndsWithAnExceptionToo()
    {
        var x = Tensor.From(1.0).WithGrad();
        Assert.Throws<TorchException>(() =>
        {
            using var noGrad = Autograd.NoGrad();
            x.Reshape(7);
        });
        Assert.True((x + 1).RequiresGrad);
    }

    [Fact]
    public void InPlace_OnARecordedLeaf_NeedsNoGrad()
    {
        var x = Tensor.From(1.0).WithGrad();
        Assert.Throws<TorchException>(() => x.AddInPlace(x));
        using (Autograd.NoGrad()) x.AddInPlace(x);
        x.MustEqual([2]);
        Assert.True(x.RequiresGrad);
    }

    [Fact]
    public void InPlace_WithoutGrad_IsNoticedByWhatWasSaved()
    {
        var x = Tensor.From(1.0, 2.0).WithGrad();
        var loss = x.Square().Sum();
        // Through a view made without gradients, of what was computed without gradients before: each knows its base and the version.
        using (Autograd.NoGrad()) x.Slice(0, 0, 1).AddInPlace((x + 1).Slice(0, 1, 2));
        x.MustEqual([4, 2]);
        var error = Assert.Throws<TorchException>(() => Autograd.Grad(loss, [x]));
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_WithoutGrad_AreConstantsOfWhatIsRecordedLater()
    {
        var x = Tensor.From(3.0).WithGrad();
        Tensor constant;
        using (Autograd.NoGrad()) constant = x.Square();
        var loss = (constant * x).Sum();
        Autograd.Grad(loss, [x])[0].MustEqual([9]);
        constant.WithGrad();
        Autograd.Grad((constant.Square() * x).Sum(), [constant])[0].MustEqual([54]);
    }

    [Fact]
    public void WithGrad_OffForAResult_SaysDetach()
    {
        var y = Tensor.From(1.0).WithGrad() + 1;
        var error = Assert.Throws<TorchException>(() => y.WithGrad(false));
        Assert.Contains("detach", error.Message, StringComparison.Ordinal);
        Assert.False(y.Detach().RequiresGrad);
    }

    [Fact]
    public void WithGrad_OfIntegers_Throws() => Assert.Throws<TorchException>(() => Tensor.From(1L).WithGrad());
}
