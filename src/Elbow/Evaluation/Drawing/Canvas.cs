using Elbow.Torch;

namespace Elbow.Evaluation.Drawing;

/// <summary>A colour, 8 bits for each channel.</summary>
internal readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>From 0xRRGGBB.</summary>
    public static Colour Of(int rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);

    /// <summary>On the way to another colour.</summary>
    public Colour Towards(Colour end, double share) => new(Mix(Red, end.Red, share), Mix(Green, end.Green, share), Mix(Blue, end.Blue, share));

    public static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + (to - from) * share);
}

/// <summary>A white sheet of pixels on which discs, lines and text are drawn with soft edges.</summary>
internal sealed class Canvas
{
    private readonly byte[] pixels;

    public Canvas(int width, int height)
    {
        (Width, Height, pixels) = (width, height, new byte[width * height * 3]);
        pixels.AsSpan().Fill(255);
    }

    public int Width { get; }

    public int Height { get; }

    public void Disc(double x, double y, double radius, Colour colour, double opacity = 1) =>
        Cover(x - radius, y - radius, x + radius, y + radius, colour, opacity, (px, py) => radius - Math.Sqrt((px - x) * (px - x) + (py - y) * (py - y)));

    /// <summary>A line with round ends.</summary>
    public void Line(double x0, double y0, double x1, double y1, double width, Colour colour)
    {
        var (dx, dy) = (x1 - x0, y1 - y0);
        var length = dx * dx + dy * dy;
        var half = width / 2;
        Cover(Math.Min(x0, x1) - half, Math.Min(y0, y1) - half, Math.Max(x0, x1) + half, Math.Max(y0, y1) + half, colour, 1, (px, py) =>
        {
            var t = length > 0 ? Math.Clamp(((px - x0) * dx + (py - y0) * dy) / length, 0, 1) : 0;
            var (ex, ey) = (px - x0 - t * dx, py - y0 - t * dy);
            return half - Math.Sqrt(ex * ex + ey * ey);
        });
    }

    public void Rectangle(int left, int top, int width, int height, Colour colour)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++) Blend(x, y, colour, 1);
        }
    }

    /// <summary>Text whose capitals are <paramref name="size"/> pixels high.</summary>
    /// <param name="text">Characters that the font lacks become boxes.</param>
    /// <param name="x">Left end, middle or right end, as <paramref name="anchor"/> says.</param>
    /// <param name="baseline">The line that letters stand on.</param>
    /// <param name="size">Height of capitals.</param>
    /// <param name="colour">Ink.</param>
    /// <param name="anchor">0: x is the left end; 0.5: the middle; 1: the right end.</param>
    public void Text(string text, double x, double baseline, double size, Colour colour, double anchor = 0)
    {
        var unit = size / StrokeFont.CapHeight;
        x -= anchor * TextWidth(text, size);
        foreach (var symbol in text)
        {
            foreach (var stroke in StrokeFont.Strokes(symbol))
            {
                for (var i = 1; i < Math.Max(2, stroke.Count); i++)
                {
                    var (from, to) = (stroke[i - 1], stroke[Math.Min(i, stroke.Count - 1)]);
                    Line(x + from.X * unit, baseline + (from.Y - StrokeFont.CapHeight) * unit, x + to.X * unit, baseline + (to.Y - StrokeFont.CapHeight) * unit, size / 7.5, colour);
                }
            }
            x += StrokeFont.Advance(symbol) * unit;
        }
    }

    public static double TextWidth(string text, double size) => text.Sum(StrokeFont.Advance) * size / StrokeFont.CapHeight;

    public byte[] Png() => ImageCodec.EncodePng(new Picture(pixels, Width, Height, 3));

    // A pixel is covered as far as its middle lies inside: the soft edge is one pixel wide.
    private void Cover(double left, double top, double right, double bottom, Colour colour, double opacity, Func<double, double, double> inside)
    {
        for (var y = Math.Max(0, (int)Math.Floor(top - 1)); y <= Math.Min(Height - 1, (int)Math.Ceiling(bottom + 1)); y++)
        {
            for (var x = Math.Max(0, (int)Math.Floor(left - 1)); x <= Math.Min(Width - 1, (int)Math.Ceiling(right + 1)); x++)
            {
                var covered = Math.Clamp(inside(x + 0.5, y + 0.5) + 0.5, 0, 1);
                if (covered > 0) Blend(x, y, colour, covered * opacity);
            }
        }
    }

    private void Blend(int x, int y, Colour colour, double share)
    {
        var at = pixels.AsSpan((y * Width + x) * 3, 3);
        (at[0], at[1], at[2]) = (Colour.Mix(at[0], colour.Red, share), Colour.Mix(at[1], colour.Green, share), Colour.Mix(at[2], colour.Blue, share));
    }
}
