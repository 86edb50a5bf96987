using Elbow.Evaluation;
using Elbow.Evaluation.Drawing;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class ScatterPlotTests
{
    [Theory]
    [InlineData(-3.2, 3.4)]
    [InlineData(0, 1e-4)]
    [InlineData(1000, 1007)]
    public void Ticks_Between_AreRoundInsideAndAFew(double low, double high)
    {
        var ticks = Ticks.Between(low, high, 8);

        Assert.InRange(ticks.Count, 4, 14);
        Assert.All(ticks, tick => Assert.InRange(tick, low - 1e-9, high + 1e-9));
        Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.Equal(ticks[1] - ticks[0], pair.Second - pair.First, 9));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Png_Classes_AreEachSeen(int classes)
    {
        float[] points = [.. Enumerable.Range(0, classes).SelectMany(n => new[] { MathF.Cos(n * 6.28f / classes), MathF.Sin(n * 6.28f / classes) })];
        var plot = new ScatterPlot { Points = points, Codes = [.. Enumerable.Range(0, classes)], Classes = [.. Enumerable.Range(0, classes).Select(n => $"{n}")] };

        var picture = ImageCodec.Decode(plot.Png());

        // Grid, frame, ink and white are grey; discs are coloured but for the black and grey of the palette, which three classes do not reach.
        var colours = picture.Pixels.Chunk(3).Where(pixel => pixel.Max() - pixel.Min() > 40).Select(pixel => (pixel[0], pixel[1], pixel[2])).Distinct().Count();
        Assert.True(colours >= classes, $"{colours} colours for {classes} classes");
    }

    [Theory]
    [InlineData("áâàäãåçéêèëíîìïñóôòöõøúûùüýÿßæ")]
    [InlineData("ÁÂÀÄÃÅÇÉÊÈËÍÎÌÏÑÓÔÒÖÕØÚÛÙÜÝÆ")]
    [InlineData("ąćčďęěğłńňőřśšşťůűźžżĄĆČĘŁŃŘŚŠŞŹŽŻ")]
    [InlineData("?!#&;*<>[]|~@\"°µ")]
    public void StrokeFont_LettersOfEuropeanLanguages_AreDrawnEachInItsOwnWay(string letters)
    {
        var box = Drawn((char)0xFFFF);
        Assert.DoesNotContain(letters, letter => Drawn(letter) == box);
        Assert.Equal(letters.Length, letters.Select(Drawn).Distinct().Count());
    }

    [Theory]
    [InlineData('é', 'e', -1)]
    [InlineData('É', 'E', -1)]
    [InlineData('ç', 'c', 1)]
    public void StrokeFont_Accent_StandsOffItsLetter(char accented, char plain, int direction)
    {
        var letter = StrokeFont.Strokes(plain);
        Assert.Equal(letter, StrokeFont.Strokes(accented).Take(letter.Count));
        var accent = StrokeFont.Strokes(accented).Skip(letter.Count).SelectMany(stroke => stroke).Select(point => point.Y).ToArray();
        var body = letter.SelectMany(stroke => stroke).Select(point => point.Y).ToArray();
        Assert.True(direction < 0 ? accent.Max() < body.Min() : accent.Max() > body.Max());
    }

    private static string Drawn(char letter) => string.Join(' ', StrokeFont.Strokes(letter).Select(stroke => string.Join(',', stroke)));

    [Fact]
    public void Png_OnePoint_HasRoomAroundIt() => Assert.NotEmpty(new ScatterPlot { Points = [2, 2] }.Png());
}
