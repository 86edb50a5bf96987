using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>Many pictures on one sheet.</summary>
public static class ImageGrid
{
    private const int Gap = 2;
    private const int LargestSheet = 1 << 28;

    /// <summary>How many pictures a sheet holds: beyond this it would be larger than programs that show pictures can open.</summary>
    public static int Most(DataShape shape)
    {
        var (_, height, width) = Cell(shape);
        return Math.Max(1, LargestSheet / (height * width * shape.Channels));
    }

    /// <summary>Rows of pictures, each above the row of its counterparts: at most ten columns, white where the last row ends.</summary>
    /// <param name="above">Pictures one after the other, such as data.</param>
    /// <param name="below">As many, such as their reconstructions.</param>
    /// <param name="shape">The shape of one picture.</param>
    /// <param name="low">The value shown black.</param>
    /// <param name="high">The value shown white.</param>
    public static byte[] Pairs(ReadOnlySpan<float> above, ReadOnlySpan<float> below, DataShape shape, double low, double high)
    {
        var D = shape.Size;
        var count = above.Length / D;
        var columns = Math.Min(10, count);
        var sheet = new float[(count + columns - 1) / columns * 2 * columns * D];
        sheet.AsSpan().Fill((float)high);
        for (var n = 0; n < count; n++)
        {
            var cell = (n / columns * 2 * columns + n % columns) * D;
            above.Slice(n * D, D).CopyTo(sheet.AsSpan(cell));
            below.Slice(n * D, D).CopyTo(sheet.AsSpan(cell + columns * D));
        }
        return Png(sheet, shape, columns, low, high);
    }

    /// <summary>Lays pictures out row by row and encodes the sheet as PNG; small pictures are enlarged by whole factors.</summary>
    /// <param name="values">Pictures one after the other, channel by channel.</param>
    /// <param name="shape">The shape of one picture.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="low">The value shown black.</param>
    /// <param name="high">The value shown white.</param>
    public static byte[] Png(ReadOnlySpan<float> values, DataShape shape, int columns, double low, double high)
    {
        if (!shape.IsImage) throw new ArgumentException($"data of shape {shape} cannot be shown as pictures");
        var count = values.Length / shape.Size;
        columns = Math.Min(columns, count);
        var rows = (count + columns - 1) / columns;
        var (zoom, cellHeight, cellWidth) = Cell(shape);
        var (height, width) = (rows * cellHeight + Gap, columns * cellWidth + Gap);
        var sheet = new byte[height * width * shape.Channels];
        sheet.AsSpan().Fill(255);
        for (var n = 0; n < count; n++)
        {
            var (top, left) = (n / columns * cellHeight + Gap, n % columns * cellWidth + Gap);
            for (var y = 0; y < shape.Height * zoom; y++)
            {
                for (var x = 0; x < shape.Width * zoom; x++)
                {
                    for (var c = 0; c < shape.Channels; c++)
                    {
                        var value = values[n * shape.Size + (c * shape.Height + y / zoom) * shape.Width + x / zoom];
                        sheet[((top + y) * width + left + x) * shape.Channels + c] = (byte)Math.Round(255 * Math.Clamp((value - low) / (high - low), 0, 1));
                    }
                }
            }
        }
        return ImageCodec.EncodePng(new Picture(sheet, width, height, shape.Channels));
    }

    private static (int Zoom, int Height, int Width) Cell(DataShape shape)
    {
        var zoom = Math.Max(1, 56 / Math.Max(shape.Height, shape.Width));
        return (zoom, shape.Height * zoom + Gap, shape.Width * zoom + Gap);
    }
}
