namespace Elbow.Torch.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void Deconstruct_UnpacksSizes()
    {
        var (B, D) = new Shape(128, 784);
        Assert.Equal((128, 784), (B, D));
        var (C, H, W) = new Shape(3, 4, 5);
        Assert.Equal((3, 4, 5), (C, H, W));
        var (a, b, c, d) = new Shape(2, 3, 4, 5);
        Assert.Equal((2, 3, 4, 5), (a, b, c, d));
    }

    [Fact]
    public void Deconstruct_WrongRank_SaysBoth()
    {
        var error = Assert.Throws<ShapeException>(() => { var (_, _) = new Shape(2, 3, 4); });
        Assert.Equal("expected 2 axes, got 3: [2, 3, 4]", error.Message);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 4)]
    [InlineData(-1, 4)]
    [InlineData(-3, 2)]
    public void Index_CountsFromBothEnds(int axis, long size) => Assert.Equal(size, new Shape(2, 3, 4)[axis]);

    [Theory]
    [InlineData(3)]
    [InlineData(-4)]
    public void Index_OutOfRange_NamesAxisAndShape(int axis)
    {
        var error = Assert.Throws<ShapeException>(() => new Shape(2, 3, 4)[axis]);
        Assert.Equal($"there is no axis {axis} in [2, 3, 4]", error.Message);
    }

    [Fact]
    public void HeadTailAppend_CutAndJoin()
    {
        var shape = new Shape(2, 3, 4);
        Assert.Equal(new Shape(2), shape.Head(1));
        Assert.Equal(new Shape(2, 3), shape.Head(-1));
        Assert.Equal(new Shape(3, 4), shape.Tail(1));
        Assert.Equal(new Shape(4), shape.Tail(-1));
        Assert.Equal(new Shape(2, 3, 4, 5), shape.Append(5));
        Assert.Equal(shape, shape.Head(1).Append(shape.Tail(1).AsSpan()));
    }

    [Fact]
    public void Default_IsTheShapeOfAScalar()
    {
        Assert.Equal(new Shape(), default);
        Assert.Equal(0, default(Shape).Rank);
        Assert.Equal(1, default(Shape).Count);
    }

    [Fact]
    public void Equality_ComparesSizes()
    {
        Assert.True(new Shape(2, 3) == new Shape(2, 3));
        Assert.True(new Shape(2, 3) != new Shape(3, 2));
        Assert.True(new Shape(6) != new Shape(6, 1));
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
        Assert.False(new Shape(2).Equals("[2]"));
    }

    [Fact]
    public void Count_WithAZero_IsZero() => Assert.Equal(0, new Shape(5, 0, 7).Count);

    [Fact]
    public void ToArray_IsACopy()
    {
        var shape = new Shape(2, 3);
        shape.ToArray()[0] = 9;
        Assert.Equal("[2, 3]", shape.ToString());
    }
}
