namespace Elbow.Torch.Tests;

public sealed class TensorShapeTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    /// <summary>0 … 23 as (2, 3, 4).</summary>
    private static Tensor Count24() => Tensor.Arange(0, 24).Reshape(2, 3, 4);

    public static TheoryData<string, Func<Tensor, Tensor>, long[], Func<long, long, long, long>> Views => new()
    {
        { "permute", x => x.Permute(2, 0, 1), [4, 2, 3], (i, j, k) => At(j, k, i) },
        { "permute, negative", x => x.Permute(-1, 0, 1), [4, 2, 3], (i, j, k) => At(j, k, i) },
        { "transpose", x => x.Transpose(0, 1), [3, 2, 4], (i, j, k) => At(j, i, k) },
        { "T", x => x.T, [2, 4, 3], (i, j, k) => At(i, k, j) },
        { "narrow", x => x.Narrow(-1, 1, 2), [2, 3, 2], (i, j, k) => At(i, j, k + 1) },
        { "slice", x => x.Slice(2, 1, null, 2), [2, 3, 2], (i, j, k) => At(i, j, 1 + (2 * k)) },
        { "slice from the end", x => x.Slice(1, -2, null), [2, 2, 4], (i, j, k) => At(i, j + 1, k) },
        { "index select", x => x.IndexSelect(1, Tensor.From(2L, 0L)), [2, 2, 4], (i, j, k) => At(i, 2 - (2 * j), k) },
        { "flip", x => x.Flip(0, 2), [2, 3, 4], (i, j, k) => At(1 - i, j, 3 - k) },
        { "roll", x => x.Roll(1, -1), [2, 3, 4], (i, j, k) => At(i, j, (k + 3) % 4) },
        { "repeat", x => x.Repeat(1, 2, 1), [2, 6, 4], (i, j, k) => At(i, j % 3, k) },
        { "repeat interleave", x => x.RepeatInterleave(2, 1), [2, 6, 4], (i, j, k) => At(i, j / 2, k) },
        { "cat", x => Tensor.Cat(-1, x, x), [2, 3, 8], (i, j, k) => At(i, j, k % 4) },
        { "stack of selected", x => Tensor.Stack(1, x.Select(1, 2), x.Select(1, -3)), [2, 2, 4], (i, j, k) => At(i, 2 - (2 * j), k) },
        { "chunk", x => x.Chunk(3, 1)[1], [2, 1, 4], (i, j, k) => At(i, 1, k) },
        { "halves", x => x.Halves(-1).Second, [2, 3, 2], (i, j, k) => At(i, j, k + 2) },
        { "expand", x => x.Narrow(1, 2, 1).Expand(-1, 5, -1), [2, 5, 4], (i, j, k) => At(i, 2, k) },
        { "contiguous", x => x.Permute(1, 2, 0).Contiguous(), [3, 4, 2], (i, j, k) => At(k, i, j) },
        { "clone", x => x.T.Clone(), [2, 4, 3], (i, j, k) => At(i, k, j) },
        { "unsqueeze and squeeze", x => x.Unsqueeze(-1).Squeeze(3), [2, 3, 4], At },
    };

    private static long At(long i, long j, long k) => (((i * 3) + j) * 4) + k;

    [Theory]
    [MemberData(nameof(Views), DisableDiscoveryEnumeration = true)]
    public void Rearrangement_PutsEveryElementInPlace(string name, Func<Tensor, Tensor> op, long[] shape, Func<long, long, long, long> source)
    {
        Assert.NotEmpty(name);
        var result = op(Count24());
        Assert.Equal(new Shape(shape), result.Shape);
        var wanted = from i in Range(shape[0]) from j in Range(shape[1]) from k in Range(shape[2]) select source(i, j, k);
        Assert.Equal([.. wanted], result.ToArray<long>());

        static IEnumerable<long> Range(long count) => Enumerable.Range(0, (int)count).Select(k => (long)k);
    }

    [Theory]
    [InlineData(0, "[24]")]
    [InlineData(1, "[2, 12]")]
    [InlineData(-2, "[2, 12]")]
    [InlineData(2, "[2, 3, 4]")]
    public void Flatten_JoinsAxesFromThereOn(int from, string shape) => Assert.Equal(shape, Count24().Flatten(from).Shape.ToString());

    [Fact]
    public void Flatten_WithoutElements_KeepsTheOtherSizes() => Assert.Equal(new Shape(0, 12), Tensor.Zeros([0, 3, 4]).Flatten(1).Shape);

    [Fact]
    public void Flatten_OfAScalar_IsOneElement() => Assert.Equal(new Shape(1), Tensor.From([1.0], []).Flatten().Shape);

    [Fact]
    public void Halves_OfAnOddAxis_SaysSo()
    {
        var error = Assert.Throws<ShapeException>(() => Count24().Halves(1));
        Assert.Equal("axis 1 of [2, 3, 4] does not divide into 2 equal pieces", error.Message);
    }

    [Fact]
    public void Chunk_IntoUnequalPieces_Throws() => Assert.Throws<ShapeException>(() => Count24().Chunk(3, -1));

    [Fact]
    public void Select_DropsTheAxis()
    {
        Assert.Equal([8L, 9, 10, 11], Count24()[0][2].ToArray<long>());
        Assert.Equal(23, Count24()[-1][-1][-1].ToDouble());
        Assert.Throws<TorchException>(() => Count24()[2]);
    }

    [Fact]
    public void Gather_PicksOneElementPerIndex() =>
        Tensor.From([1.0, 2, 3, 4], [2, 2]).Gather(1, Tensor.From([1L, 0], [2, 1])).MustEqual(Tensor.From([2.0, 3], [2, 1]));

    [Fact]
    public void ScatterAdd_SumsWhatMeets() =>
        Tensor.Zeros([3], DType.Float64).ScatterAdd(0, Tensor.From(2L, 0, 2), Tensor.From(1.0, 2, 4)).MustEqual([2, 0, 5]);

    [Fact]
    public void Diagonal_DiagEmbed_AreInverse()
    {
        var x = Tensor.From([1.0, 2, 3, 4], [2, 2]);
        x.DiagEmbed().MustEqual(Tensor.From([1.0, 0, 0, 2, 3, 0, 0, 4], [2, 2, 2]));
        x.DiagEmbed().Diagonal().MustEqual(x);
    }

    [Fact]
    public void Tril_KeepsTheLowerTriangle()
    {
        var x = Tensor.From([1.0, 2, 3, 4], [2, 2]);
        x.Tril().MustEqual([1, 0, 3, 4]);
        x.Tril(-1).MustEqual([0, 0, 3, 0]);
    }

    [Fact]
    public void OneHot_MarksTheClass() => Tensor.From(2L, 0).OneHot(3).MustEqual(Tensor.From([0L, 0, 1, 1, 0, 0], [2, 3]));

    [Fact]
    public void Contiguous_ChannelsLast_KeepsIndexOrder()
    {
        var x = Numbers.Sample(1, 2, 3, 4, 5);
        x.Contiguous(MemoryFormat.ChannelsLast).MustEqual(x);
        Assert.Throws<TorchException>(() => x.Contiguous(MemoryFormat.ChannelsLast).AsSpan<double>());
    }

    [Fact]
    public void To_SameType_IsTheSameTensor()
    {
        var x = Tensor.From(1.0);
        Assert.Same(x, x.To(DType.Float64));
        Assert.Equal(DType.Float32, x.To(DType.Float32).DType);
    }

    [Fact]
    public void Detach_SharesMemoryButNotTheGraph()
    {
        var x = Tensor.From(1.0).WithGrad();
        var y = (x * 2).Detach();
        Assert.False(y.RequiresGrad);
        x.Detach().FillInPlace(5);
        x.MustEqual([5]);
    }

    [Fact]
    public void Axis_OutOfRange_NamesTheOperator()
    {
        var error = Assert.Throws<TorchException>(() => Count24().Sum(3));
        Assert.StartsWith("aten::sum on [2, 3, 4]: Dimension out of range", error.Message, StringComparison.Ordinal);
    }
}
