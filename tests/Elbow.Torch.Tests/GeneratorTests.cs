namespace Elbow.Torch.Tests;

public sealed class GeneratorTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void SameSeed_SameStream()
    {
        using Generator a = new(7), b = new(7), other = new(8);
        var fromA = Tensor.Randn([50], a).ToArray<float>();
        Assert.Equal(fromA, Tensor.Randn([50], b).ToArray<float>());
        Assert.NotEqual(fromA, Tensor.Randn([50], other).ToArray<float>());
        Assert.NotEqual(fromA, Tensor.Randn([50], a).ToArray<float>());
    }

    [Fact]
    public void State_SavedAndRestored_ContinuesTheStream()
    {
        using Generator a = new(7), b = new(1);
        Draw(a);
        var state = a.GetState();
        var wanted = Draw(a);
        b.SetState(state);
        Assert.Equal(wanted, Draw(b));
        a.SetState(state);
        Assert.Equal(wanted, Draw(a));
    }

    [Fact]
    public void State_InTheMiddleOfANormalPair_ContinuesExactly()
    {
        // Normal numbers are made in pairs: the second half of a pair is state too.
        using Generator a = new(7), b = new(7);
        var state = Take(a, 3);
        b.SetState(state);
        Assert.Equal(Tensor.Randn([5], a).ToArray<float>(), Tensor.Randn([5], b).ToArray<float>());

        static byte[] Take(Generator generator, long count)
        {
            Tensor.Randn([count], generator);
            return generator.GetState();
        }
    }

    [Fact]
    public void Generators_DoNotDisturbEachOther()
    {
        using Generator a = new(7), b = new(7), between = new(9);
        var wanted = new[] { Draw(a), Draw(a) };
        var first = Draw(b);
        Draw(between);
        Assert.Equal(wanted, [first, Draw(b)]);
    }

    [Fact]
    public void SetState_Nonsense_Throws()
    {
        using var generator = new Generator(1);
        var before = generator.GetState();
        Assert.Throws<TorchException>(() => generator.SetState([1, 2, 3]));
        Assert.Equal(before, generator.GetState());
    }

    [Fact]
    public void Use_AfterDispose_ThrowsAndDoesNotCrash()
    {
        var generator = new Generator(1);
        generator.Dispose();
        generator.Dispose();
        var error = Assert.Throws<ObjectDisposedException>(() => Tensor.Randn([2], generator));
        Assert.Contains("Generator", error.ObjectName, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(generator.GetState);
    }

    [Fact]
    public void NoGenerator_IsNeverTheGlobalOne() => Assert.Throws<ArgumentNullException>(() => Tensor.Full(0.5, [3]).Bernoulli(null!));

    [Fact]
    public void EverySampler_IsReproducible()
    {
        using Generator a = new(3), b = new(3);
        Assert.Equal(Draw(a), Draw(b));
    }

    private static double[] Draw(Generator generator) =>
    [
        .. Tensor.Randn([3], generator, DType.Float64).Values(),
        .. Tensor.Rand([3], generator).Values(),
        .. Tensor.Full(0.5, [8]).Bernoulli(generator).Values(),
        .. Tensor.RandInt(0, 1000, [3], generator).Values(),
        .. Tensor.RandPerm(6, generator).Values(),
        .. Tensor.From(0.2, 0.8).Multinomial(5, generator).Values(),
    ];
}
