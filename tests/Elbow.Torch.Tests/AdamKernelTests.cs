namespace Elbow.Torch.Tests;

public sealed class AdamKernelTests : IDisposable
{
    private const int Steps = 7;
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    /// <summary>Every rule, with and without decay, on odd lengths: shorter and longer than a vector register and than a chunk of work.</summary>
    public static TheoryData<AdamRule, double, int, DType> Cases
    {
        get
        {
            var data = new TheoryData<AdamRule, double, int, DType>();
            foreach (var rule in Enum.GetValues<AdamRule>())
            {
                foreach (var decay in new[] { 0, 0.1 })
                {
                    foreach (var length in new[] { 1, 7, 33, (1 << 14) + 3 })
                    {
                        data.Add(rule, decay, length, DType.Float64);
                        data.Add(rule, decay, length, DType.Float32);
                    }
                }
            }
            return data;
        }
    }

    [Fact]
    public void Apply_AdamaxWithAStateThatIsNoNumber_KeepsIt()
    {
        Tensor[] One(double value) => [Tensor.From([value, 1.0], [2])];
        var (p, v) = (One(1), One(double.NaN));
        AdamKernel.Apply(p, One(0.1), One(0), v, new AdamUpdate(AdamRule.Adamax, 1, 0.01, 0.9, 0.999, 1e-8, 0));
        Assert.Equal([true, false], v[0].ToArray<double>().Select(double.IsNaN));
        Assert.Equal([true, false], p[0].ToArray<double>().Select(double.IsNaN));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_IsThePlainRule(AdamRule rule, double decay, int length, DType type)
    {
        var state = new State(length, 3, type);
        var (p, m, v) = (state.Parameters.Select(Numbers.Values).ToArray(), Zeros(length), Zeros(length));
        for (var step = 1; step <= Steps; step++)
        {
            var update = new AdamUpdate(rule, step, 0.01, 0.9, 0.999, 1e-8, decay);
            var gradients = Gradients(step, length, 3, type);
            AdamKernel.Apply(state.Parameters, gradients, state.M, state.V, update);
            for (var k = 0; k < p.Length; k++) Plain(p[k], gradients[k].Values(), m[k], v[k], update);
        }
        var tolerance = type == DType.Float64 ? 1e-13 : 2e-6;
        for (var k = 0; k < p.Length; k++)
        {
            state.Parameters[k].MustEqual(p[k], tolerance);
            state.M[k].MustEqual(m[k], tolerance);
            // Second moments are small: their own size is the scale.
            (state.V[k] / Tensor.From(v[k])).MustEqual([.. v[k].Select(_ => 1.0)], tolerance);
        }
    }

    [Theory]
    [InlineData(AdamRule.Adam)]
    [InlineData(AdamRule.AdamW)]
    [InlineData(AdamRule.Adamax)]
    public void ByOperators_IsTheSameUpdate(AdamRule rule)
    {
        State kernel = new(33, 2, DType.Float64), operators = new(33, 2, DType.Float64);
        var before = Tensor.LiveCount;
        for (var step = 1; step <= Steps; step++)
        {
            using var inner = TensorScope.Open();
            var update = new AdamUpdate(rule, step, 0.01, WeightDecay: 0.1);
            var gradients = Gradients(step, 33, 2, DType.Float64);
            AdamKernel.Apply(kernel.Parameters, gradients, kernel.M, kernel.V, update);
            AdamKernel.ByOperators(operators.Parameters, gradients, operators.M, operators.V, update);
        }
        Assert.Equal(before, Tensor.LiveCount);
        for (var k = 0; k < 2; k++)
        {
            operators.Parameters[k].MustEqual(kernel.Parameters[k], 1e-13);
            operators.M[k].MustEqual(kernel.M[k], 1e-13);
            operators.V[k].MustEqual(kernel.V[k], 1e-13);
        }
    }

    /// <summary>The rules as Kingma and Ba (2015) and Loshchilov and Hutter (2019) state them, one number at a time.</summary>
    private static void Plain(double[] p, double[] gradient, double[] m, double[] v, AdamUpdate u)
    {
        var correction1 = 1 - Math.Pow(u.Beta1, u.Step);
        var correction2 = 1 - Math.Pow(u.Beta2, u.Step);
        for (var i = 0; i < p.Length; i++)
        {
            var g = gradient[i];
            if (u.Rule == AdamRule.AdamW) p[i] -= u.LearningRate * u.WeightDecay * p[i];
            else g += u.WeightDecay * p[i];
            m[i] = (u.Beta1 * m[i]) + ((1 - u.Beta1) * g);
            if (u.Rule == AdamRule.Adamax)
            {
                v[i] = Math.Max(u.Beta2 * v[i], Math.Abs(g) + u.Epsilon);
                p[i] -= u.LearningRate / correction1 * m[i] / v[i];
            }
            else
            {
                v[i] = (u.Beta2 * v[i]) + ((1 - u.Beta2) * g * g);
                p[i] -= u.LearningRate * (m[i] / correction1) / (Math.Sqrt(v[i] / correction2) + u.Epsilon);
            }
        }
    }

    [Fact]
    public void Apply_OnEveryMemoryOrder_IsTheSameUpdate()
    {
        var x = Numbers.Sample(1, 4, 3, 5, 5);
        var gradient = Numbers.Sample(2, 4, 3, 5, 5);
        var update = new AdamUpdate(AdamRule.Adam, 1, 0.1);
        var plain = Updated(x.Clone(), gradient);
        Updated(x.Contiguous(MemoryFormat.ChannelsLast), gradient).MustEqual(plain);
        Updated(x.Clone(), gradient.Contiguous(MemoryFormat.ChannelsLast)).MustEqual(plain);
        Updated(x.Permute(1, 0, 3, 2).Contiguous().Permute(1, 0, 3, 2), gradient).MustEqual(plain);
        Updated(x.Clone(), gradient.Mean(0).Expand(4, 3, 5, 5)).MustEqual(Updated(x.Clone(), gradient.Mean(0).Expand(4, 3, 5, 5).Clone()));

        Tensor Updated(Tensor parameter, Tensor g)
        {
            AdamKernel.Apply([parameter], [g], [parameter.ZerosLike()], [parameter.ZerosLike()], update);
            return parameter;
        }
    }

    [Fact]
    public void Apply_ToALeaf_KeepsItALeafAndWarnsItsGraph()
    {
        var parameter = Tensor.From(1.0, 2).WithGrad();
        var loss = parameter.Square().Sum();
        AdamKernel.Apply([parameter], [Tensor.From(1.0, 1)], [parameter.ZerosLike()], [parameter.ZerosLike()], new(AdamRule.Adam, 1, 0.1));
        Assert.True(parameter.RequiresGrad);
        Assert.Throws<TorchException>(loss.Backward);
    }

    [Fact]
    public void Apply_MomentsOfAnotherShape_AreRefused()
    {
        Tensor a = Tensor.Zeros([3]), b = Tensor.Zeros([5]);
        var update = new AdamUpdate(AdamRule.Adam, 1, 0.1);
        Assert.Throws<TorchException>(() => AdamKernel.Apply([b], [b], [a], [b], update));
        Assert.Throws<TorchException>(() => AdamKernel.Apply([b], [b], [b], [a], update));
        var error = Assert.Throws<TorchException>(() => AdamKernel.Apply([b], [a], [b], [b], update));
        Assert.Contains("a parameter of shape [5] has a gradient of shape [3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_MomentsOfAnotherType_AreRefused() => Assert.Throws<TorchException>(() => AdamKernel.Apply(
        [Tensor.Zeros([3])], [Tensor.Zeros([3])], [Tensor.Zeros([3], DType.Float64)], [Tensor.Zeros([3])], new(AdamRule.Adam, 1, 0.1)));

    [Fact]
    public void Apply_MissingMoments_AreRefused() =>
        Assert.Throws<ArgumentException>(() => AdamKernel.Apply([Tensor.Zeros([3])], [Tensor.Zeros([3])], [], [Tensor.Zeros([3])], new(AdamRule.Adam, 1, 0.1)));

    [Fact]
    public void Apply_StepZero_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => AdamKernel.Apply([], [], [], [], new(AdamRule.Adam, 0, 0.1)));

    [Fact]
    public void Apply_ToNothingAndToEmpty_DoesNothing()
    {
        AdamKernel.Apply([], [], [], [], new(AdamRule.Adam, 1, 0.1));
        var empty = Tensor.Zeros([0, 3]);
        AdamKernel.Apply([empty], [empty], [empty], [empty], new(AdamRule.Adam, 1, 0.1));
    }

    private static double[][] Zeros(int length) => [new double[length], new double[length], new double[length]];

    private static Tensor[] Gradients(int step, int length, int count, DType type) =>
        [.. Enumerable.Range(0, count).Select(k => Numbers.Sample((ulong)((100 * step) + k), length).To(type))];

    private sealed class State(int length, int count, DType type)
    {
        internal Tensor[] Parameters { get; } = [.. Enumerable.Range(0, count).Select(k => Numbers.Sample((ulong)k, length).To(type))];

        internal Tensor[] M { get; } = [.. Enumerable.Range(0, count).Select(_ => Tensor.Zeros([length], type))];

        internal Tensor[] V { get; } = [.. Enumerable.Range(0, count).Select(_ => Tensor.Zeros([length], type))];
    }
}
