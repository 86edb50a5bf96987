namespace Elbow.Torch.Tests;

public sealed class TensorMathTests : IDisposable
{
    private static readonly double[] A = [-1.5, 0.25, 2.0], B = [2.0, -0.5, 4.0], Positive = [0.5, 1.0, 3.0], Small = [-0.5, 0.0, 0.5];
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>, Func<double, double, double>> Binary => new()
    {
        { "+", (a, b) => a + b, (a, b) => a + b },
        { "-", (a, b) => a - b, (a, b) => a - b },
        { "*", (a, b) => a * b, (a, b) => a * b },
        { "/", (a, b) => a / b, (a, b) => a / b },
        { "<", (a, b) => a < b, (a, b) => a < b ? 1 : 0 },
        { ">", (a, b) => a > b, (a, b) => a > b ? 1 : 0 },
        { "<=", (a, b) => a <= b, (a, b) => a <= b ? 1 : 0 },
        { ">=", (a, b) => a >= b, (a, b) => a >= b ? 1 : 0 },
        { "&", (a, b) => (a > 0) & (b > 0), (a, b) => a > 0 && b > 0 ? 1 : 0 },
        { "max", (a, b) => a.Maximum(b), Math.Max },
        { "min", (a, b) => a.Minimum(b), Math.Min },
        { "logaddexp", (a, b) => a.Logaddexp(b), (a, b) => Math.Log(Math.Exp(a) + Math.Exp(b)) },
        { "lerp", (a, b) => a.Lerp(b, 0.25), (a, b) => a + (0.25 * (b - a)) },
        { "where", (a, b) => Tensor.Where(a < b, a, b), Math.Min },
        { "where, scalar else", (a, b) => Tensor.Where(a < b, a, 7), (a, b) => a < b ? a : 7 },
        { "where, scalar then", (a, b) => Tensor.Where(a < b, 7, b), (a, b) => a < b ? 7 : b },
        { "eq", (a, b) => a.Eq(b), (a, b) => a == b ? 1 : 0 },
    };

    [Theory]
    [MemberData(nameof(Binary), DisableDiscoveryEnumeration = true)]
    public void Binary_Elementwise(string name, Func<Tensor, Tensor, Tensor> op, Func<double, double, double> reference)
    {
        Assert.NotEmpty(name);
        op(Tensor.From(A), Tensor.From(B)).MustEqual([.. A.Zip(B, reference)]);
    }

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Scalar => new()
    {
        { "x + 2.5", x => x + 2.5, x => x + 2.5 },
        { "2.5 + x", x => 2.5 + x, x => 2.5 + x },
        { "x - 2.5", x => x - 2.5, x => x - 2.5 },
        { "2.5 - x", x => 2.5 - x, x => 2.5 - x },
        { "x * 2.5", x => x * 2.5, x => x * 2.5 },
        { "2.5 * x", x => 2.5 * x, x => 2.5 * x },
        { "x / 2.5", x => x / 2.5, x => x / 2.5 },
        { "2.5 / x", x => 2.5 / x, x => 2.5 / x },
        { "1 / x", x => 1 / x, x => 1 / x },
        { "x + 3", x => x + 3, x => x + 3 },
        { "3 + x", x => 3 + x, x => 3 + x },
        { "x - 3", x => x - 3, x => x - 3 },
        { "3 - x", x => 3 - x, x => 3 - x },
        { "x * 3", x => x * 3, x => x * 3 },
        { "3 * x", x => 3 * x, x => 3 * x },
        { "-x", x => -x, x => -x },
        { "x < 0", x => x < 0, x => x < 0 ? 1 : 0 },
        { "x > 0", x => x > 0, x => x > 0 ? 1 : 0 },
        { "x <= 2", x => x <= 2, x => x <= 2 ? 1 : 0 },
        { "x >= 2", x => x >= 2, x => x >= 2 ? 1 : 0 },
        { "!", x => !(x > 0), x => x > 0 ? 0 : 1 },
        { "eq", x => x.Eq(2), x => x == 2 ? 1 : 0 },
    };

    [Theory]
    [MemberData(nameof(Scalar), DisableDiscoveryEnumeration = true)]
    public void Scalar_Elementwise(string name, Func<Tensor, Tensor> op, Func<double, double> reference)
    {
        Assert.NotEmpty(name);
        op(Tensor.From(A)).MustEqual([.. A.Select(reference)]);
    }

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Anywhere => new()
    {
        { "abs", x => x.Abs(), Math.Abs },
        { "exp", x => x.Exp(), Math.Exp },
        { "expm1", x => x.Expm1(), x => Math.Exp(x) - 1 },
        { "square", x => x.Square(), x => x * x },
        { "pow 3", x => x.Pow(3), x => x * x * x },
        { "remainder 2", x => x.Remainder(2), x => x - (2 * Math.Floor(x / 2)) },
        { "sin", x => x.Sin(), Math.Sin },
        { "cos", x => x.Cos(), Math.Cos },
        { "tanh", x => x.Tanh(), Math.Tanh },
        { "sigmoid", x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)) },
        { "log sigmoid", x => x.LogSigmoid(), x => -Math.Log(1 + Math.Exp(-x)) },
        { "softplus", x => x.Softplus(), x => Math.Log(1 + Math.Exp(x)) },
        { "relu", x => x.Relu(), x => Math.Max(x, 0) },
        { "leaky relu", x => x.LeakyRelu(0.2), x => x > 0 ? x : 0.2 * x },
        { "elu", x => x.Elu(1.5), x => x > 0 ? x : 1.5 * (Math.Exp(x) - 1) },
        { "silu", x => x.Silu(), x => x / (1 + Math.Exp(-x)) },
        { "clamp", x => x.Clamp(-1, 1), x => Math.Clamp(x, -1, 1) },
        { "clamp from below", x => x.Clamp(min: 0), x => Math.Max(x, 0) },
        { "clamp from above", x => x.Clamp(max: 0), x => Math.Min(x, 0) },
        { "sign", x => x.Sign(), x => Math.Sign(x) },
        { "floor", x => x.Floor(), Math.Floor },
        { "round", x => x.Round(), Math.Round },
    };

    [Theory]
    [MemberData(nameof(Anywhere), DisableDiscoveryEnumeration = true)]
    public void Function_OfAnyNumber(string name, Func<Tensor, Tensor> op, Func<double, double> reference)
    {
        Assert.NotEmpty(name);
        op(Tensor.From(A)).MustEqual([.. A.Select(reference)], 1e-14);
    }

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> OnPositive => new()
    {
        { "log", x => x.Log(), Math.Log },
        { "log1p", x => x.Log1p(), x => Math.Log(1 + x) },
        { "sqrt", x => x.Sqrt(), Math.Sqrt },
        { "rsqrt", x => x.Rsqrt(), x => 1 / Math.Sqrt(x) },
        { "reciprocal", x => x.Reciprocal(), x => 1 / x },
        { "pow tensor", x => x.Pow(x), x => Math.Pow(x, x) },
    };

    [Theory]
    [MemberData(nameof(OnPositive), DisableDiscoveryEnumeration = true)]
    public void Function_OfPositiveNumbers(string name, Func<Tensor, Tensor> op, Func<double, double> reference)
    {
        Assert.NotEmpty(name);
        op(Tensor.From(Positive)).MustEqual([.. Positive.Select(reference)], 1e-14);
    }

    [Fact]
    public void SpecialFunctions_KnownValues()
    {
        Tensor.From(0.5).Erf().MustEqual([0.5204998778130465], 1e-14);
        Tensor.From(0.5).Erfinv().MustEqual([0.4769362762044699], 1e-14);
        Tensor.From(0.5, 5.0).Lgamma().MustEqual([0.5 * Math.Log(Math.PI), Math.Log(24)], 1e-14);
        Tensor.From(1.0).Digamma().MustEqual([-0.5772156649015329], 1e-14);
        Tensor.From(Small).Atanh().MustEqual([.. Small.Select(Math.Atanh)], 1e-14);
        Tensor.From(1.0).Gelu().MustEqual([0.5 * (1 + 0.6826894921370859)], 1e-14);
    }

    [Fact]
    public void Softplus_Float64_KeepsTheLastBits() => Tensor.From(30.0).Softplus().MustEqual([30 + Math.Log(1 + Math.Exp(-30.0))], 1e-15);

    [Fact]
    public void IsFinite_TellsNanAndInfinity() =>
        Tensor.From(1.0, double.NaN, double.PositiveInfinity).IsFinite().MustEqual([1, 0, 0]);

    [Fact]
    public void WholeNumber_OnIntegers_StaysInteger()
    {
        var big = Tensor.From((1L << 24) + 1);
        foreach (var result in new[] { big + 1, 1 + big, big - 1, 1 - big, big * 2, 2 * big }) Assert.Equal(DType.Int64, result.DType);
        Assert.Equal(((1L << 24) + 1) * 2, (big * 2).ToArray<long>()[0]);
    }

    [Fact]
    public void Division_OfIntegers_IsTrueDivision() => (Tensor.From(7L) / Tensor.From(2L)).MustEqual([3.5]);

    [Fact]
    public void Broadcast_FollowsLibtorch() =>
        (Tensor.From([1.0, 2.0], [2, 1]) + Tensor.From(10.0, 20.0, 30.0)).MustEqual(Tensor.From([11.0, 21, 31, 12, 22, 32], [2, 3]));

    [Fact]
    public void Reductions_HandComputed()
    {
        var x = Tensor.From([1.0, 2, 3, 4, 5, 9], [2, 3]);
        x.Sum().MustEqual([24]);
        x.Sum(0).MustEqual([5, 7, 12]);
        x.Sum(-1).MustEqual([6, 18]);
        x.Sum(0, 1).MustEqual([24]);
        Assert.Equal(new Shape(2, 1), x.Sum(-1, keep: true).Shape);
        x.SumLast(1).MustEqual([6, 18]);
        Assert.Same(x, x.SumLast(0));
        x.Mean().MustEqual([4]);
        x.Mean(0).MustEqual([2.5, 3.5, 6]);
        Assert.Equal(new Shape(1, 3), x.Mean(0, keep: true).Shape);
        x.Var([1]).MustEqual([1, 7]);
        x.Var([1], correction: 0).MustEqual([2.0 / 3, 14.0 / 3]);
        x.Amax(1).MustEqual([3, 9]);
        x.Amin(0).MustEqual([1, 2, 3]);
        x.Argmax(1).MustEqual([2, 2]);
        x.Argmin(0).MustEqual([0, 0, 0]);
        x.Cumsum(1).MustEqual([1, 3, 6, 4, 9, 18]);
        x.Norm().MustEqual([Math.Sqrt(136)]);
        x.Norm(1).MustEqual([Math.Sqrt(14), Math.Sqrt(122)]);
        Assert.True((x > 0).All());
        Assert.False((x > 1).All());
    }

    [Fact]
    public void LogSumExp_HugeNumbers_DoNotOverflow() => Tensor.From(1000.0, 1000.0).LogSumExp(0).MustEqual([1000 + Math.Log(2)]);

    [Fact]
    public void Softmax_SumsToOneAndIsExpOfLogSoftmax()
    {
        var x = Numbers.Sample(1, 4, 5);
        x.Softmax(-1).Sum(-1).MustEqual([1, 1, 1, 1]);
        x.LogSoftmax(-1).Exp().MustEqual(x.Softmax(-1));
    }

    [Fact]
    public void Sort_ReturnsWhereValuesCameFrom()
    {
        var (values, indices) = Tensor.From(3.0, 1.0, 2.0).Sort(0, descending: true);
        values.MustEqual([3, 2, 1]);
        indices.MustEqual([0, 2, 1]);
    }

    [Fact]
    public void TopK_SmallestInOrder()
    {
        var (values, indices) = Tensor.From(3.0, 1.0, 2.0).TopK(2, 0, largest: false);
        values.MustEqual([1, 2]);
        indices.MustEqual([1, 2]);
    }

    [Fact]
    public void EmptyTensor_SumsToZeroAndKeepsItsShape()
    {
        var empty = Tensor.Zeros([0, 3], DType.Float64);
        empty.Sum().MustEqual([0]);
        empty.Sum(0).MustEqual([0, 0, 0]);
        Assert.Equal(new Shape(0, 3), (empty + 1).Shape);
        Assert.Empty(empty.ToArray<double>());
    }
}
