using Elbow.Data;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Tests.Data;

public sealed class ImageFolderDatasetTests
{
    [Fact]
    public void Read_ColourFiles_GivesPlanesInOrderOfTheNames()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b/2.png", ImageCodec.EncodePng(new Picture([1, 2, 3, 4, 5, 6], 2, 1, 3)));
        folder.Write("a/1.bmp", ImageCodec.EncodeBmp(new Picture([10, 20, 30, 40, 50, 60], 2, 1, 3)));
        folder.Write("a/notes.txt", "no image");
        var data = new ImageFolderDataset(folder.Path);
        Assert.Equal((2, new DataShape(3, 1, 2)), (data.Count, data.Shape));
        Assert.Equal([10f, 40f, 20f, 50f, 30f, 60f, 1f, 4f, 2f, 5f, 3f, 6f], Some.All(data));
        Assert.Equal(["a", "b"], data.Labels[0].Codes.Select(code => data.Labels[0].Classes[code]));
    }

    [Fact]
    public void Read_WithImageSize_CropsTheCentreAndResizes()
    {
        using var folder = new TemporaryFolder();
        // 6 x 2: the central square is white, the rest black.
        byte[] line = [0, 0, 255, 255, 0, 0];
        folder.Write("x.png", ImageCodec.EncodePng(new Picture([.. line, .. line], 6, 2, 1)));
        var data = new ImageFolderDataset(folder.Path, imageSize: 4, colour: true);
        Assert.Equal(new DataShape(3, 4, 4), data.Shape);
        Assert.All(Some.All(data), value => Assert.Equal(255f, value));
        Assert.Empty(data.Labels);
    }

    [Fact]
    public void Read_WithCrop_TakesThatSquareOfTheCentre()
    {
        using var folder = new TemporaryFolder();
        folder.Write("x.png", ImageCodec.EncodePng(new Picture([.. Enumerable.Range(0, 24).Select(k => (byte)k)], 6, 4, 1)));
        // Rows 1 and 2, columns 2 and 3.
        Assert.Equal([8f, 9f, 14f, 15f], Some.All(new ImageFolderDataset(folder.Path, imageSize: 2, crop: 2)));
        Assert.Contains("square of 5", Assert.Throws<UserException>(() => new ImageFolderDataset(folder.Path, imageSize: 2, crop: 5)).What);
        var error = Assert.Throws<UserException>(() => DataSource.Open(new DataConfig { Kind = "images", Path = folder.Path, Crop = 2 }, 1));
        Assert.Contains("data.imageSize", error.Mend);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("other size")]
    [InlineData("gone")]
    public void Read_BadFileAmongGood_NamesIt(string fault)
    {
        using var folder = new TemporaryFolder();
        var picture = ImageCodec.EncodePng(new Picture(new byte[4], 2, 2, 1));
        foreach (var name in new[] { "1.png", "2.png", "3.png" })
        {
            folder.Write(name, picture);
        }

        var data = new ImageFolderDataset(folder.Path);
        if (fault == "gone")
        {
            File.Delete(folder.File("2.png"));
        }
        else
        {
            folder.Write("2.png", fault == "damaged" ? picture[..40] : ImageCodec.EncodePng(new Picture(new byte[9], 3, 3, 1)));
        }

        Assert.Contains("2.png", Assert.Throws<UserException>(() => Some.All(data)).What);
    }

    [Theory]
    [InlineData("cut.png", "ends too early")]
    [InlineData("cut.jpg", "ends too early")]
    [InlineData("cut.bmp", "ends too early")]
    [InlineData("start.jpg", "ends too early")]
    [InlineData("empty.png", "is empty")]
    [InlineData("text.png", "not a PNG, JPEG or BMP file")]
    [InlineData("small.png", "is 4 x 4 pixels, the first image is 20 x 20")]
    [InlineData("small.jpg", "is 4 x 4 pixels, the first image is 20 x 20")]
    [InlineData("small.bmp", "is 4 x 4 pixels, the first image is 20 x 20")]
    public void Constructor_BadFileThatIsNotTheFirst_NamesIt(string name, string fault)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", Encoded(20, ".png"));
        folder.Write("b.jpg", Encoded(20, ".jpg"));
        folder.Write("c.bmp", Encoded(20, ".bmp"));
        folder.Write(name, Path.GetFileNameWithoutExtension(name) switch
        {
            "cut" => Encoded(20, Path.GetExtension(name))[..^9],
            "start" => Encoded(20, Path.GetExtension(name))[..60],
            "small" => Encoded(4, Path.GetExtension(name)),
            "text" => "no picture at all"u8.ToArray(),
            _ => [],
        });
        var error = Assert.Throws<UserException>(() => new ImageFolderDataset(folder.Path));
        Assert.Contains($"{name}: {fault}", error.What);
        Assert.Contains(fault.StartsWith("is 4", StringComparison.Ordinal) ? "data.imageSize" : "remove or replace this file", error.Mend);
        File.Delete(folder.File(name));
        Assert.Equal(3, new ImageFolderDataset(folder.Path).Count);
    }

    [Fact]
    public void Constructor_PictureWithSomethingAppended_IsTaken()
    {
        using var folder = new TemporaryFolder();
        foreach (var end in new[] { ".png", ".jpg", ".bmp" }) folder.Write($"x{end}", [.. Encoded(20, end), .. new byte[10_000]]);
        var told = new List<DataProgress>();
        Assert.Equal(3, new ImageFolderDataset(folder.Path, progress: new Told(told)).Count);
        Assert.Equal((3, 3), (told[^1].Done, told[^1].Total));
    }

    [Fact]
    public void Constructor_NoFolderOrNoImages_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such folder", Assert.Throws<UserException>(() => new ImageFolderDataset(folder.File("none"))).What);
        Assert.Contains("holds no", Assert.Throws<UserException>(() => new ImageFolderDataset(folder.Path)).What);
    }

    private static byte[] Encoded(int side, string extension)
    {
        var picture = new Picture([.. Enumerable.Range(0, side * side).Select(k => (byte)(k * 37))], side, side, 1);
        return extension switch { ".png" => ImageCodec.EncodePng(picture), ".jpg" => ImageCodec.EncodeJpeg(picture), _ => ImageCodec.EncodeBmp(picture) };
    }

    // Progress<T> tells later and elsewhere.
    private sealed class Told(List<DataProgress> told) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => told.Add(value);
    }
}
