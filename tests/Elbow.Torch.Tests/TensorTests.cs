namespace Elbow.Torch.Tests;

public sealed class TensorTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void From_RoundTripsEveryElementType()
    {
        RoundTrip<double>(DType.Float64, -1.5, 2);
        RoundTrip<float>(DType.Float32, -1.5f, 2);
        RoundTrip<Half>(DType.Float16, (Half)(-1.5), (Half)2);
        RoundTrip<long>(DType.Int64, long.MinValue, 2);
        RoundTrip<int>(DType.Int32, int.MinValue, 2);
        RoundTrip<short>(DType.Int16, short.MinValue, 2);
        RoundTrip<sbyte>(DType.Int8, sbyte.MinValue, 2);
        RoundTrip<byte>(DType.UInt8, 255, 2);
        RoundTrip<bool>(DType.Bool, true, false);
    }

    private static void RoundTrip<T>(DType type, params T[] values) where T : unmanaged
    {
        var tensor = Tensor.From(values);
        Assert.Equal(type, tensor.DType);
        Assert.Equal(values, tensor.ToArray<T>());
    }

    [Fact]
    public void From_OtherElementType_Throws() => Assert.Throws<NotSupportedException>(() => Tensor.From('a', 'b'));

    [Fact]
    public void From_WrongNumberOfElements_NamesBoth()
    {
        var error = Assert.Throws<ShapeException>(() => Tensor.From([1.0, 2.0, 3.0], [2, 2]));
        Assert.Equal("shape [2, 2] holds 4 elements, got 3", error.Message);
    }

    [Fact]
    public void From_NegativeSizes_Throws() => Assert.Throws<TorchException>(() => Tensor.From([1.0], [-1, -1]));

    [Fact]
    public void From_ShapeWhoseCountOverflows_Throws() => Assert.Throws<TorchException>(() => Tensor.From(Array.Empty<double>(), [1L << 32, 1L << 32]));

    [Fact]
    public void Scalar_HasRankZeroAndOneElement()
    {
        var x = Tensor.From([2.5], []);
        Assert.Equal(0, x.Rank);
        Assert.Equal(1, x.Count);
        Assert.Equal(2.5, x.ToDouble());
        Assert.Equal("[]", x.Shape.ToString());
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    public void ToDouble_EveryElementType(DType type) => Assert.Equal(3.0, Tensor.From(3.0).To(type).ToDouble());

    [Fact]
    public void ToDouble_SeveralElements_Throws() => Assert.Throws<ShapeException>(() => Tensor.From(1.0, 2.0).ToDouble());

    [Fact]
    public void ToArray_OfTransposed_IsRowMajor() => Assert.Equal([1.0, 3, 2, 4], Tensor.From([1.0, 2, 3, 4], [2, 2]).T.ToArray<double>());

    [Fact]
    public void CopyFrom_IntoTransposed_IsRowMajor()
    {
        var x = Tensor.Zeros([2, 2], DType.Float64);
        x.T.CopyFrom<double>([1, 2, 3, 4]);
        x.MustEqual([1, 3, 2, 4]);
    }

    [Fact]
    public void CopyFrom_WrongLength_NamesBytes()
    {
        var error = Assert.Throws<TorchException>(() => Tensor.Zeros([3], DType.Float64).CopyFrom<double>([1, 2]));
        Assert.Contains("expected 24 bytes, got 16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CopyFrom_IntoWhatAutogradSaved_MakesBackwardRefuse()
    {
        var x = Tensor.From(2.0).WithGrad();
        var factor = Tensor.From(3.0);
        var y = (x * factor).Sum();
        factor.CopyFrom<double>([100]);
        var error = Assert.Throws<TorchException>(y.Backward);
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToArray_OtherType_SaysWhatItHolds()
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.From(1.0).ToArray<float>());
        Assert.Equal("the tensor holds Float64, not Float32: convert it with To first", error.Message);
    }

    [Fact]
    public void AsSpan_IsTheTensorsOwnMemory()
    {
        var x = Tensor.Zeros([2, 2], DType.Float64);
        x.AsSpan<double>()[3] = 5;
        x.MustEqual([0, 0, 0, 5]);
    }

    [Fact]
    public void AsSpan_OfNonContiguous_Throws() => Assert.Throws<TorchException>(() => Tensor.Zeros([2, 3]).T.AsSpan<float>());

    [Fact]
    public void AsSpan_OfEmpty_IsEmpty() => Assert.Equal(0, Tensor.Zeros([0, 3]).AsSpan<float>().Length);

    [Fact]
    public void ToString_ShowsTypeShapeAndASingleValue()
    {
        Assert.Equal("Float64[] 2.5", Tensor.From([2.5], []).ToString());
        Assert.Equal("Float32[2, 3] cpu", Tensor.Zeros([2, 3]).ToString());
    }

    [Fact]
    public void Dispose_Twice_FreesOnce()
    {
        var before = Tensor.LiveCount;
        var x = Tensor.Zeros([3]);
        x.Dispose();
        x.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Use_AfterDispose_ThrowsAndDoesNotCrash()
    {
        var x = Tensor.Zeros([3]);
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => x + 1);
        Assert.Throws<ObjectDisposedException>(() => x.DType);
        Assert.Throws<ObjectDisposedException>(() => x.ToArray<float>());
        Assert.Throws<ObjectDisposedException>(() => Tensor.Cat(0, x));
        Assert.Equal("(disposed tensor)", x.ToString());
    }

    [Fact]
    public void InPlace_ChangesTheTensorAndLeavesNothingBehind()
    {
        var x = Tensor.From(1.0, 2.0);
        var before = Tensor.LiveCount;
        x.AddInPlace(x, 2);
        x.MulInPlace(2.0);
        x.FillInPlace(x.ToArray<double>()[0] + 1);
        x.ClampInPlace(null, 6.5);
        Assert.Equal(before, Tensor.LiveCount);
        x.MustEqual([6.5, 6.5]);
        x.CopyInPlace(Tensor.From(1.0, 3.0));
        x.LerpInPlace(Tensor.From(3.0, 3.0), 0.5);
        x.MulInPlace(Tensor.From(2.0, -1.0));
        x.MustEqual([4, -3]);
    }

    [Fact]
    public void NativeError_NamesOperatorAndShapes()
    {
        var error = Assert.Throws<TorchException>(() => Tensor.Zeros([128, 784]).Matmul(Tensor.Zeros([128, 784])));
        Assert.Equal("aten::matmul", error.Operation);
        Assert.Equal("[128, 784] [128, 784]", error.Shapes);
        Assert.StartsWith("aten::matmul on [128, 784] [128, 784]: mat1 and mat2 shapes cannot be multiplied", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NativeError_OfAList_ShowsEveryShape()
    {
        var error = Assert.Throws<TorchException>(() => Tensor.Cat(0, Tensor.Zeros([2, 3]), Tensor.Zeros([2, 4])));
        Assert.Equal("([2, 3], [2, 4])", error.Shapes);
    }
}
