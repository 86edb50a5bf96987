namespace Elbow.Data;

/// <summary>Ten free coordinates bent into a hundred: the others are cosines of pairs of them.</summary>
/// <remarks>
/// Equation: x_i = 0.35 ε_i − 0.175 for the ten base coordinates; x_j = 0.35 cos(a² + b²) for the others, a and b two base coordinates drawn
/// with replacement; then noise of deviation 0.05 everywhere. Source: Damm et al., main repository.
/// </remarks>
internal static class CosineManifold
{
    private const int D = 100;
    private const int Base = 10;
    private const double Width = 0.35;
    private const double Noise = 0.05;

    public static IDataset Draw(int count, StableRandom random)
    {
        var pairs = new (int A, int B)[D - Base];
        for (var j = 0; j < pairs.Length; j++)
        {
            pairs[j] = (random.NextInt(Base), random.NextInt(Base));
        }

        var values = new float[checked(count * D)];
        Span<double> x = stackalloc double[D];
        for (var row = 0; row < count; row++)
        {
            for (var i = 0; i < Base; i++)
            {
                x[i] = (Width * random.NextNormal()) - (Width / 2);
            }

            for (var j = 0; j < pairs.Length; j++)
            {
                var (a, b) = (x[pairs[j].A], x[pairs[j].B]);
                x[Base + j] = Width * Math.Cos((a * a) + (b * b));
            }

            for (var d = 0; d < D; d++)
            {
                values[(row * D) + d] = (float)(x[d] + (Noise * random.NextNormal()));
            }
        }

        return new ArrayDataset("manifold", DataShape.Vector(D), values, DataRange.Real);
    }
}
