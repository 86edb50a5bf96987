namespace Elbow.Data;

/// <summary>Points on plane and space curves with Gaussian noise around them, and Gaussians on a circle.</summary>
internal static class Curves
{
    private const double TwoPi = 2 * Math.PI;

    /// <summary>(cos t, sin t cos t) / 2, t uniform on [−π/2, 2π].</summary>
    public static void FigureEight(double u, Span<double> x)
    {
        var (sin, cos) = Math.SinCos((-Math.PI / 2) + (u * 2.5 * Math.PI));
        (x[0], x[1]) = (cos / 2, sin * cos / 2);
    }

    /// <summary>The segment from (−1, −1) to (1, 1) / 2.</summary>
    public static void Line(double u, Span<double> x) => (x[0], x[1]) = (u - 0.5, u - 0.5);

    /// <summary>One period of a cosine.</summary>
    public static void Cosine(double u, Span<double> x) => (x[0], x[1]) = (u - 0.5, Math.Cos(TwoPi * u) / 2);

    /// <summary>The circle of radius 1/2.</summary>
    public static void Circle(double u, Span<double> x)
    {
        var (sin, cos) = Math.SinCos(TwoPi * u);
        (x[0], x[1]) = (cos / 2, sin / 2);
    }

    /// <summary>t (cos t, sin t) / 9π, t from 1.5π to 4.5π: the roll seen from its side.</summary>
    public static void SwissRoll(double u, Span<double> x)
    {
        var t = 1.5 * Math.PI * (1 + (2 * u));
        (x[0], x[1]) = (t * Math.Cos(t) / (9 * Math.PI), t * Math.Sin(t) / (9 * Math.PI));
    }

    /// <summary>Two turns around the third axis, rising from −1/2 to 1/2.</summary>
    public static void Spiral(double u, Span<double> x)
    {
        var (sin, cos) = Math.SinCos(2 * TwoPi * u);
        (x[0], x[1], x[2]) = (cos / 2, sin / 2, u - 0.5);
    }

    /// <summary>A point of the curve at <paramref name="u"/> in [0, 1).</summary>
    public delegate void Curve(double u, Span<double> x);

    /// <summary>Points at uniform u, plus noise in every coordinate.</summary>
    public static IDataset Along(string name, Curve curve, int dimensions, int count, StableRandom random, double noise)
    {
        var values = new float[checked(count * dimensions)];
        Span<double> x = stackalloc double[dimensions];
        for (var row = 0; row < count; row++)
        {
            curve(random.NextDouble(), x);
            for (var d = 0; d < dimensions; d++)
            {
                values[(row * dimensions) + d] = (float)(x[d] + (noise * random.NextNormal()));
            }
        }

        return new ArrayDataset(name, DataShape.Vector(dimensions), values, DataRange.Real);
    }

    /// <summary>Eight Gaussians with centres on the circle of radius 0.4 around (1, 1); the class is the centre.</summary>
    public static IDataset EightGaussians(int count, StableRandom random)
    {
        const double Radius = 0.4;
        const double Deviation = 0.05;
        var (values, codes) = (new float[checked(2 * count)], new int[count]);
        for (var row = 0; row < count; row++)
        {
            codes[row] = random.NextInt(8);
            var (sin, cos) = Math.SinCos(TwoPi * codes[row] / 8);
            values[2 * row] = (float)(1 + (Radius * cos) + (Deviation * random.NextNormal()));
            values[(2 * row) + 1] = (float)(1 + (Radius * sin) + (Deviation * random.NextNormal()));
        }

        var labels = new LabelColumn("centre", codes, [.. Enumerable.Range(0, 8).Select(centre => $"{centre}")]);
        return new ArrayDataset("eight-gaussians", DataShape.Vector(2), values, DataRange.Real, labels);
    }
}
