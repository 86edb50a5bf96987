using Elbow.Evaluation;

namespace Elbow.Tests.Evaluation;

public sealed class LatentPathTests
{
    private static readonly float[] From = [3, 0, 4], To = [0, 5, 0];

    [Fact]
    public void Traverse_EachLatent_MovesAloneFromMinusRangeToRange()
    {
        var path = LatentPath.Traverse([1, 2], [1, 0], range: 3, steps: 3);

        Assert.Equal([1, -3, 1, 0, 1, 3, -3, 2, 0, 2, 3, 2], path);
    }

    [Fact]
    public void Line_Steps_AreEvenAndHoldBothEnds() => Assert.Equal([3, 0, 4, 1.5f, 2.5f, 2, 0, 5, 0], LatentPath.Line(From, To, 3));

    [Fact]
    public void Arc_BetweenCodesOfOneLength_KeepsTheLength()
    {
        var path = LatentPath.Arc(From, To, 7);

        Assert.Equal(From, path[..3]);
        Assert.Equal(To, path[^3..].Select(value => MathF.Round(value, 5)));
        Assert.All(path.Chunk(3), code => Assert.Equal(5, Math.Sqrt(code.Sum(value => (double)value * value)), 5));
    }

    [Theory]
    [InlineData(2f, 0f)]
    [InlineData(-1f, 0f)]
    [InlineData(0f, 0f)]
    public void Arc_WithoutAPlane_IsTheLine(float x, float y) => Assert.Equal(LatentPath.Line([1, 0], [x, y], 4), LatentPath.Arc([1, 0], [x, y], 4));
}
