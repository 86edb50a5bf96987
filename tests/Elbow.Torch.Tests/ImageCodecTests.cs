using Elbow.Torch;

namespace Elbow.Torch.Tests;

public sealed class ImageCodecTests
{
    private static readonly Picture Colour = new([.. Enumerable.Range(0, 5 * 4 * 3).Select(i => (byte)(i * 4))], 5, 4, 3);
    private static readonly Picture Grey = new([.. Enumerable.Range(0, 6 * 3).Select(i => (byte)(i * 14))], 6, 3, 1);

    [Fact]
    public void Decode_EncodedPng_GivesTheSamePixels()
    {
        Assert.Equal(Colour.Pixels, ImageCodec.Decode(ImageCodec.EncodePng(Colour)).Pixels);
        var grey = ImageCodec.Decode(ImageCodec.EncodePng(Grey));
        Assert.Equal((6, 3, 1), (grey.Width, grey.Height, grey.Channels));
        Assert.Equal(Grey.Pixels, grey.Pixels);
    }

    [Fact]
    public void Decode_EncodedBmp_GivesTheSamePixels()
    {
        Assert.Equal(Colour.Pixels, ImageCodec.Decode(ImageCodec.EncodeBmp(Colour)).Pixels);
        Assert.Equal(Grey.Pixels, ImageCodec.Decode(ImageCodec.EncodeBmp(Grey), 1).Pixels);
    }

    [Fact]
    public void Decode_EncodedJpeg_GivesNearlyTheSamePixels()
    {
        var picture = new Picture([.. Enumerable.Range(0, 32 * 32).Select(i => (byte)(4 * (i % 32)))], 32, 32, 1);
        var decoded = ImageCodec.Decode(ImageCodec.EncodeJpeg(picture, 95), 1);
        Assert.InRange(picture.Pixels.Zip(decoded.Pixels, (a, b) => Math.Abs(a - b)).Max(), 0, 6);
    }

    [Fact]
    public void Decode_GreyAsColour_RepeatsTheChannel()
    {
        var decoded = ImageCodec.Decode(ImageCodec.EncodePng(Grey), 3);
        Assert.Equal(Grey.Pixels.SelectMany(value => new[] { value, value, value }), decoded.Pixels);
    }

    [Fact]
    public void Decode_EveryTruncationOfAPng_ThrowsOrDecodes()
    {
        var file = ImageCodec.EncodePng(Colour);
        for (var length = 0; length < file.Length - 12; length++)
        {
            Assert.Throws<InvalidDataException>(() => ImageCodec.Decode(file.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Decode_NoImage_SaysSo() =>
        Assert.Contains("PNG, JPEG or BMP", Assert.Throws<InvalidDataException>(() => ImageCodec.Decode("hello"u8)).Message);

    [Fact]
    public void Decode_HeaderThatClaimsAHugePicture_IsRefused()
    {
        var file = ImageCodec.EncodePng(Grey);
        // Width and height of the IHDR chunk: 2^20 each.
        byte[] huge = [.. file[..16], 0, 16, 0, 0, 0, 16, 0, 0, .. file[24..]];
        Assert.Throws<InvalidDataException>(() => ImageCodec.Decode(huge));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void EncodeJpeg_QualityOutOfRange_Throws(int quality) =>
        Assert.Contains("quality", Assert.Throws<InvalidDataException>(() => ImageCodec.EncodeJpeg(Colour, quality)).Message);

    [Fact]
    public void Resize_ConstantPicture_StaysConstant()
    {
        var resized = ImageCodec.Resize(new Picture([.. Enumerable.Repeat((byte)200, 100 * 60 * 3)], 100, 60, 3), 17, 9);
        Assert.Equal((17, 9, 3), (resized.Width, resized.Height, resized.Channels));
        Assert.All(resized.Pixels, value => Assert.Equal(200, value));
    }

    [Fact]
    public void Resize_FineStripes_BecomeGreyInsteadOfAliasing()
    {
        var stripes = new Picture([.. Enumerable.Range(0, 64 * 64).Select(i => (byte)(i % 2 * 255))], 64, 64, 1);
        var interior = ImageCodec.Resize(stripes, 8, 8).Pixels.Where((_, i) => i % 8 is > 0 and < 7);
        Assert.All(interior, value => Assert.InRange(value, 112, 143));
    }

    [Fact]
    public void Resize_ToNothing_Throws() => Assert.Throws<InvalidDataException>(() => ImageCodec.Resize(Grey, 0, 5));

    // stb counts bytes in 32 bits, and wrote past the end of what it took.
    [Theory]
    [InlineData(1 << 26, 1, 1, 1)]
    [InlineData(1, 1 << 26, 1, 1)]
    [InlineData(1, 1, 1 << 26, 1)]
    [InlineData(1 << 25, 1, 1, 1)]
    [InlineData(20_000_000, 1, 1, 1)]
    [InlineData(1, 1, 65536, 65536)]
    [InlineData(1, 1, int.MaxValue, 1)]
    public void Resize_SidesTooLong_Throw(int width, int height, int newWidth, int newHeight) =>
        Assert.Throws<InvalidDataException>(() => ImageCodec.Resize(new Picture(new byte[width * height], width, height, 1), newWidth, newHeight));

    [Theory]
    [InlineData(4096, 4096, 1, 1)]
    [InlineData(5000, 3, 7, 4000)]
    [InlineData(3, 5000, 4000, 7)]
    public void Resize_OneColour_StaysIt(int width, int height, int newWidth, int newHeight) =>
        Assert.All(ImageCodec.Resize(new Picture([.. Enumerable.Repeat((byte)77, width * height)], width, height, 1), newWidth, newHeight).Pixels, value => Assert.Equal(77, value));

    [Fact]
    public void Decode_JpegWithAHuffmanTableTooLong_Throws()
    {
        var file = ImageCodec.EncodeJpeg(Colour);
        var table = file.AsSpan().IndexOf(new byte[] { 0xFF, 0xC4 });
        file.AsSpan(table + 5, 16).Fill(0xFF);
        Assert.Contains("Huffman", Assert.Throws<InvalidDataException>(() => ImageCodec.Decode(file)).Message);
    }

    [Fact]
    public void Picture_PixelsThatDoNotFit_Throw() => Assert.Throws<ArgumentException>(() => new Picture(new byte[5], 2, 2, 1));
}
