namespace Elbow.Data;

/// <summary>A stream whose number of independent directions changes: thirds with 6, 2 and 4 of them in ten dimensions.</summary>
/// <remarks>
/// Equation: x = U diag(s) ε + 0.1 ε′, s = linspace(1, 5, 10) with entries from h on set to 0, U orthogonal.
/// Source: streaming experiment of Damm et al. Departs from it: U is the orthogonal factor of a Gaussian matrix by Gram-Schmidt instead
/// of by SVD; both are uniform over rotations. Read it unshuffled.
/// </remarks>
internal static class StreamingBlocks
{
    private const int D = 10;
    private const double Noise = 0.1;

    private static readonly int[] Dimensions = [6, 2, 4];

    public static IDataset Draw(int count, StableRandom random)
    {
        var rotation = Orthogonal(random);
        var (values, codes) = (new float[checked(count * D)], new int[count]);
        Span<double> latent = stackalloc double[D];
        for (var row = 0; row < count; row++)
        {
            codes[row] = (int)((long)row * Dimensions.Length / count);
            for (var j = 0; j < D; j++)
            {
                latent[j] = j < Dimensions[codes[row]] ? (1 + (4.0 * j / (D - 1))) * random.NextNormal() : 0;
            }

            for (var d = 0; d < D; d++)
            {
                var x = Noise * random.NextNormal();
                for (var j = 0; j < D; j++)
                {
                    x += rotation[d, j] * latent[j];
                }

                values[(row * D) + d] = (float)x;
            }
        }

        var labels = new LabelColumn("block", codes, [.. Dimensions.Select(h => $"{h} directions")]);
        return new ArrayDataset("streaming", DataShape.Vector(D), values, DataRange.Real, labels);
    }

    private static double[,] Orthogonal(StableRandom random)
    {
        var columns = new double[D, D];
        for (var j = 0; j < D; j++)
        {
            for (var d = 0; d < D; d++)
            {
                columns[d, j] = random.NextNormal();
            }

            for (var earlier = 0; earlier < j; earlier++)
            {
                var overlap = 0.0;
                for (var d = 0; d < D; d++)
                {
                    overlap += columns[d, earlier] * columns[d, j];
                }

                for (var d = 0; d < D; d++)
                {
                    columns[d, j] -= overlap * columns[d, earlier];
                }
            }

            var length = 0.0;
            for (var d = 0; d < D; d++)
            {
                length += columns[d, j] * columns[d, j];
            }

            for (var d = 0; d < D; d++)
            {
                columns[d, j] /= Math.Sqrt(length);
            }
        }

        return columns;
    }
}
