using Elbow.Evaluation;

namespace Elbow.Tests.Evaluation;

public sealed class PrincipalPlaneTests
{
    // Along (1, 2, 2)/3 with variance 9 times that along (2, 1, -2)/3, nothing along the third direction.
    private static readonly float[] Points = [.. new[] { (3, 1), (3, -1), (-3, 1), (-3, -1) }
        .SelectMany(p => new[] { 10 + (p.Item1 + 2f * p.Item2) / 3, (2f * p.Item1 + p.Item2) / 3, (2f * p.Item1 - 2f * p.Item2) / 3 })];

    [Fact]
    public void Of_PointsInAPlane_FindsTheirCoordinatesAndShares()
    {
        var plane = PrincipalPlane.Of(Points, 3);

        Assert.Equal(0.9, plane.First, 5);
        Assert.Equal(0.1, plane.Second, 5);
        Assert.Equal([3, 3, -3, -3], plane.Points.Where((_, i) => i % 2 == 0).Select(value => MathF.Round(value, 4)));
        Assert.Equal([1, 1, 1, 1], plane.Points.Where((_, i) => i % 2 == 1).Select(value => MathF.Round(Math.Abs(value), 4)));
    }
}
