namespace Elbow.Data;

/// <summary>White shapes on black, 32 x 32 pixels, in every combination of five known factors; drawn when read.</summary>
/// <remarks>
/// The factors vary as in the dSprites set (Matthey, Higgins, Hassabis, Lerchner 2017), on a coarser grid and with a triangle for its heart:
/// shape 3, scale 4, orientation 10, x 8, y 8, so 7680 rows; the last factor varies fastest. All five are label columns.
/// </remarks>
public sealed class Sprites : IDataset
{
    private const int Side = 32;
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
        var radius = 4.0 + (2.0 * Factor(row, 1) / 3);
        var (sin, cos) = Math.SinCos(2 * Math.PI * Factor(row, 2) / Sizes[2]);
        // Centres keep the largest shape, turned any way, inside the picture.
        var (left, top) = (9 + (2.0 * Factor(row, 3)), 9 + (2.0 * Factor(row, 4)));
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
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
