namespace Elbow.Data;

/// <summary>White shapes on black, 64 x 64 pixels, in every combination of five known factors; drawn when read.</summary>
/// <remarks>
/// The factors vary as in the dSprites set (Matthey, Higgins, Hassabis, Lerchner 2017), on a coarser grid and with a triangle for its heart:
/// shape 3, scale 4, orientation 10, x 8, y 8, so 7680 rows; the last factor varies fastest. All five are label columns. As there, a square and an
/// ellipse look the same after half a turn, so that half of their orientations cannot be told from the picture.
/// </remarks>
public sealed class Sprites : IDataset
{
    private const int Side = 64;
    private static readonly int[] Sizes = [3, 4, 10, 8, 8];
    private static readonly string[] FactorNames = ["shape", "scale", "orientation", "x", "y"];
    private static readonly string[] Shapes = ["square", "ellipse", "triangle"];

    /// <inheritdoc/>
    public string Name => "sprites";

    /// <inheritdoc/>
    public int Count { get; } = Sizes.Aggregate(1, (product, size) => product * size);

    /// <inheritdoc/>
    public DataShape Shape => new(1, Side, Side);

    /// <inheritdoc/>
    public DataRange Range => DataRange.Binary;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels { get; } = [.. FactorNames.Select((name, factor) => new LabelColumn(
        name,
        [.. Enumerable.Range(0, Sizes.Aggregate(1, (product, size) => product * size)).Select(row => Factor(row, factor))],
        factor == 0 ? Shapes : [.. Enumerable.Range(0, Sizes[factor]).Select(value => $"{value}")]))];

    /// <summary>The number of levels of each factor: shape, scale, orientation, x, y.</summary>
    public static IReadOnlyList<int> FactorSizes => Sizes;

    /// <summary>The row that shows a combination of factors.</summary>
    /// <param name="levels">The level of each factor, 0 to its size − 1, in the order of <see cref="FactorSizes"/>.</param>
    /// <exception cref="ArgumentException">Not five levels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A level that the factor does not have.</exception>
    public static int Row(params ReadOnlySpan<int> levels)
    {
        if (levels.Length != Sizes.Length) throw new ArgumentException($"levels: expected {string.Join(", ", FactorNames)}, got {levels.Length} numbers", nameof(levels));
        var row = 0;
        for (var factor = 0; factor < Sizes.Length; factor++)
        {
            if ((uint)levels[factor] >= (uint)Sizes[factor]) throw new ArgumentOutOfRangeException(nameof(levels), levels[factor], $"{FactorNames[factor]} has levels 0..{Sizes[factor] - 1}");
            row = (row * Sizes[factor]) + levels[factor];
        }

        return row;
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        destination = Rows.Checked(this, rows, destination);
        for (var i = 0; i < rows.Length; i++)
        {
            Draw(rows[i], destination.Slice(i * Side * Side, Side * Side));
        }
    }

    private static int Factor(int row, int factor)
    {
        for (var later = Sizes.Length - 1; later > factor; later--)
        {
            row /= Sizes[later];
        }

        return row % Sizes[factor];
    }

    private static void Draw(int row, Span<float> image)
    {
        var radius = 8.0 + (4.0 * Factor(row, 1) / 3);
        var (sin, cos) = Math.SinCos(2 * Math.PI * Factor(row, 2) / Sizes[2]);
        // Centres keep the largest shape, turned any way, inside the picture.
        var (left, top) = (18 + (4.0 * Factor(row, 3)), 18 + (4.0 * Factor(row, 4)));
        // Every shape lies within radius √2 of its centre: the rest stays black.
        image.Clear();
        var reach = (int)Math.Ceiling(radius * Math.Sqrt(2));
        for (var y = (int)top - reach; y < top + reach; y++)
        {
            for (var x = (int)left - reach; x < left + reach; x++)
            {
                var (dx, dy) = ((x + 0.5 - left) / radius, (y + 0.5 - top) / radius);
                var (u, v) = ((cos * dx) + (sin * dy), (cos * dy) - (sin * dx));
                image[(y * Side) + x] = Inside(Factor(row, 0), u, v) ? 1 : 0;
            }
        }
    }

    // In coordinates where the scale is 1 and every shape lies within radius √2.
    private static bool Inside(int shape, double u, double v) => shape switch
    {
        0 => Math.Abs(u) <= 1 && Math.Abs(v) <= 1,
        1 => (u * u) + (4 * v * v) <= 1.5,
        _ => v <= 0.7 && v >= -1.3 + (2 * Math.Abs(u)),
    };
}
