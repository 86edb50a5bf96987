using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>How rows of numbers are pictures.</summary>
/// <param name="Shape">Channels, height and width.</param>
/// <param name="Low">The value that is black.</param>
/// <param name="High">The value that is white.</param>
public sealed record PictureFormat(DataShape Shape, double Low, double High)
{
    /// <summary>Pictures with values in [0, 1]; what lies outside is cut off, as a screen would. <c>(B, C·H·W)</c> → <c>(B, C, H, W)</c>.</summary>
    public Tensor ToUnit(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.MustBe([-1, Shape.Size]);
        return ((rows - Low) * (1 / (High - Low))).Clamp(0, 1).Reshape(rows.Shape[0], Shape.Channels, Shape.Height, Shape.Width);
    }
}
