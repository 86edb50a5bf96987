using Elbow.Evaluation;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class ImageGridTests
{
    [Theory]
    [InlineData(1, 28, 28, 7, 3, 3 * 58 + 2, 3 * 58 + 2)] // doubled to 56, gaps of 2
    [InlineData(3, 64, 64, 2, 10, 66 + 2, 2 * 66 + 2)]
    [InlineData(1, 20, 28, 1, 1, 40 + 4, 56 + 4)]
    public void Png_AnyCount_HasRowsAndColumnsWithGaps(int channels, int height, int width, int count, int columns, int sheetHeight, int sheetWidth)
    {
        var shape = new DataShape(channels, height, width);
        var picture = ImageCodec.Decode(ImageGrid.Png(new float[count * shape.Size], shape, columns, 0, 1));
        Assert.Equal((sheetWidth, sheetHeight, channels), (picture.Width, picture.Height, picture.Channels));
    }

    [Fact]
    public void Png_Values_LieWhereTheyBelongBetweenBlackAndWhite()
    {
        // Two colour pictures of 2 x 2, channel by channel; enlarged 28 times, gap 2.
        float[] values = [-1, 1, 0, 5, 1, 1, 1, 1, -9, -1, -1, -1, .. new float[12]];
        var picture = ImageCodec.Decode(ImageGrid.Png(values, new DataShape(3, 2, 2), 2, -1, 1));
        Assert.Equal([0, 255, 0], At(picture, 2, 2));
        Assert.Equal([255, 255, 0], At(picture, 2, 2 + 28));
        Assert.Equal([128, 255, 0], At(picture, 2 + 28, 2));
        Assert.Equal([255, 255, 0], At(picture, 2 + 55, 2 + 55));
        Assert.Equal([255, 255, 255], At(picture, 2 + 56, 2));
        Assert.Equal([128, 128, 128], At(picture, 2, 2 + 58));
    }

    [Fact]
    public void Png_Vectors_AreRefused() => Assert.Throws<ArgumentException>(() => ImageGrid.Png(new float[64], DataShape.Vector(64), 1, 0, 1));

    private static byte[] At(Picture picture, int y, int x) => picture.Pixels.AsSpan((y * picture.Width + x) * picture.Channels, picture.Channels).ToArray();
}
