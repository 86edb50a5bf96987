using Elbow.Evaluation.Drawing;

namespace Elbow.Evaluation;

/// <summary>Points in a plane, coloured by class, as a PNG. Both axes have one scale, so that circles stay circles.</summary>
public sealed record ScatterPlot
{
    private const int Side = 760, Left = 70, Top = 56, Bottom = 62, Legend = 150;
    private const int Most = 12;
    private const double TextSize = 11;

    // Okabe and Ito, Color Universal Design, 2008 (eight colours that colour-blind people can tell apart), then four darker ones.
    private static readonly Colour[] Palette =
        [.. new[] { 0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0xF0E442, 0x000000, 0x999999, 0x882255, 0x8C510A, 0x01665E }.Select(Colour.Of)];

    // For many or ordered classes: dark blue over green to yellow, rising in lightness, so that the order is seen without colour too.
    private static readonly Colour[] Ramp = [.. new[] { 0x2B1B55, 0x2F5D8C, 0x23908A, 0x6CBF57, 0xF3E02B }.Select(Colour.Of)];

    private static readonly Colour Ink = Colour.Of(0x333333), Grid = Colour.Of(0xE6E6E6), Frame = Colour.Of(0x8A8A8A);

    /// <summary>Coordinates, <c>(N, 2)</c> row by row.</summary>
    public required float[] Points { get; init; }

    /// <summary>One line above the plot.</summary>
    public string Title { get; init; } = "";

    /// <summary>What runs to the right.</summary>
    public string XTitle { get; init; } = "";

    /// <summary>What runs upwards.</summary>
    public string YTitle { get; init; } = "";

    /// <summary>Class of each point; null: one colour and no legend.</summary>
    public IReadOnlyList<int>? Codes { get; init; }

    /// <summary>Names of the classes. Up to twelve get a colour each, more share a scale from the first to the last.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Draws.</summary>
    public byte[] Png()
    {
        var canvas = new Canvas(Left + Side + 24 + (Codes is null ? 0 : Legend), Top + Side + Bottom);
        var (x0, y0, span) = Window();
        var scale = Side / span;
        Axes(canvas, x0, y0, span, scale);
        var count = Points.Length / 2;
        var (radius, opacity) = count switch { <= 600 => (4.0, 0.85), <= 6000 => (3.0, 0.8), <= 30000 => (2.0, 0.65), _ => (1.3, 0.5) };
        // Not in the order of the rows: in sorted data the last class would cover all others.
        var stride = Stride(count);
        for (var n = 0; n < count; n++)
        {
            var i = (int)((long)n * stride % count);
            var colour = Codes is null ? Palette[0] : Of(Codes[i]);
            var (x, y) = (Left + (Points[2 * i] - x0) * scale, Top + Side - (Points[2 * i + 1] - y0) * scale);
            Dot(canvas, x, y, radius, colour, opacity);
        }
        if (Codes is not null) DrawLegend(canvas);
        return canvas.Png();
    }

    private Colour Of(int code)
    {
        if (Classes.Count <= Most) return Palette[code];
        var at = (double)code / (Classes.Count - 1) * (Ramp.Length - 1);
        var below = Math.Min((int)at, Ramp.Length - 2);
        return Ramp[below].Towards(Ramp[below + 1], at - below);
    }

    private (double X, double Y, double Span) Window()
    {
        var (left, right, bottom, top) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < Points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, Points[i]), Math.Max(right, Points[i]));
            (bottom, top) = (Math.Min(bottom, Points[i + 1]), Math.Max(top, Points[i + 1]));
        }
        var span = Math.Max(Math.Max(right - left, top - bottom), 1e-6 * Math.Max(1, Math.Max(Math.Abs(right), Math.Abs(top)))) * 1.08;
        return ((left + right - span) / 2, (bottom + top - span) / 2, span);
    }

    private void Axes(Canvas canvas, double x0, double y0, double span, double scale)
    {
        foreach (var tick in Ticks.Between(x0, x0 + span, 8))
        {
            var x = Left + (int)Math.Round((tick - x0) * scale);
            canvas.Rectangle(x, Top, 1, Side, Grid);
            canvas.Text(Ticks.Text(tick), x, Top + Side + 24, TextSize, Ink, anchor: 0.5);
        }
        foreach (var tick in Ticks.Between(y0, y0 + span, 8))
        {
            var y = Top + Side - (int)Math.Round((tick - y0) * scale);
            canvas.Rectangle(Left, y, Side, 1, Grid);
            canvas.Text(Ticks.Text(tick), Left - 10, y + TextSize / 2, TextSize, Ink, anchor: 1);
        }
        foreach (var (left, top, width, height) in new[] { (Left, Top, Side, 1), (Left, Top + Side, Side + 1, 1), (Left, Top, 1, Side), (Left + Side, Top, 1, Side) })
        {
            canvas.Rectangle(left, top, width, height, Frame);
        }
        canvas.Text(XTitle, Left + Side / 2.0, Top + Side + 48, TextSize, Ink, anchor: 0.5);
        canvas.Text(YTitle, Left, Top - 12, TextSize, Ink);
        canvas.Text(Title, Left + Side, Top - 34, TextSize, Ink, anchor: 1);
    }

    private void DrawLegend(Canvas canvas)
    {
        var left = Left + Side + 28;
        if (Classes.Count <= Most)
        {
            for (var code = 0; code < Classes.Count; code++)
            {
                Dot(canvas, left + 6, Top + 14 + 26 * code, 6, Of(code), 1);
                canvas.Text(Fitting(Classes[code], Legend - 36), left + 22, Top + 14 + 26 * code + TextSize / 2, TextSize, Ink);
            }
            return;
        }
        const int height = 220;
        for (var y = 0; y < height; y++) canvas.Rectangle(left, Top + y, 18, 1, Of((int)((long)y * Classes.Count / height)));
        canvas.Text(Fitting(Classes[0], Legend - 40), left + 28, Top + TextSize, TextSize, Ink);
        canvas.Text(Fitting(Classes[^1], Legend - 40), left + 28, Top + height, TextSize, Ink);
        canvas.Text($"{Classes.Count} classes", left, Top + height + 24, TextSize, Ink);
    }

    // The darker rim keeps light colours visible on white and neighbours apart.
    private static void Dot(Canvas canvas, double x, double y, double radius, Colour colour, double opacity)
    {
        if (radius >= 3) canvas.Disc(x, y, radius, colour.Towards(default, 0.35), opacity);
        canvas.Disc(x, y, radius >= 3 ? radius - 0.8 : radius, colour, opacity);
    }

    private static string Fitting(string text, double width)
    {
        if (Canvas.TextWidth(text, TextSize) <= width) return text;
        while (text.Length > 1 && Canvas.TextWidth(text + "...", TextSize) > width) text = text[..^1];
        return text + "...";
    }

    // Without a common divisor every row comes once; near the golden section neighbours in the file come far apart.
    private static int Stride(int count)
    {
        var stride = Math.Max(1, (int)(count * 0.618));
        while (Divisor(stride, count) > 1) stride++;
        return stride;
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
