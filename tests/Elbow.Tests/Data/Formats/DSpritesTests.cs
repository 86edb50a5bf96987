using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

/// <summary>A small file of the layout of dSprites: pictures of 5 x 3, six factors of which the first never varies.</summary>
public sealed class DSpritesTests
{
    private const int N = 12, Height = 5, Width = 3;

    [Fact]
    public void Open_FileOfThisLayout_HasPicturesAndFactors()
    {
        using var folder = new TemporaryFolder();
        var data = DSprites.Open(folder.Write("d.npz", File()), null);
        Assert.Equal((N, new DataShape(1, Height, Width), DataRange.Binary), (data.Count, data.Shape, data.Range));
        Assert.Equal(["shape", "scale", "orientation", "posX", "posY"], data.Labels.Select(label => label.Name));
        Assert.Equal(["square", "ellipse", "heart"], data.Labels[0].Classes);
        Assert.Equal(Enumerable.Range(0, N).Select(n => n % 3), data.Labels[0].Codes);
        Assert.Equal(Enumerable.Range(0, N).Select(n => n / 6), data.Labels[4].Codes);
        Assert.Equal(Enumerable.Range(0, N * Height * Width).Select(i => (float)Pixel(i)), Some.All(data));
    }

    [Fact]
    public void Open_ThroughTheConfiguration_SplitsRowsWithTheirFactors()
    {
        using var folder = new TemporaryFolder();
        using var splits = DataSource.Open(new DataConfig { Kind = "dsprites", Path = folder.Write("d.npz", File()), Validation = 0, Test = 0.25 }, 1, null, new DataLocator([], folder.Path));
        Assert.Equal((9, 3, 5), (splits.Train.Count, splits.Test!.Count, splits.Test.Labels.Count));
    }

    [Fact]
    public void Open_OtherFiles_AreRefused()
    {
        using var folder = new TemporaryFolder();
        Refused("holds x; the dSprites file holds imgs and latents_classes", Zip(("x", Array("|u1", $"({N},)", new byte[N]))));
        Refused("has 12 rows, its factors have 2", Zip(("imgs", Pictures()), ("latents_classes", Array("<i8", "(2, 6)", new byte[96]))));
        Refused("holds 2, binary pictures hold 0 and 1", Zip(("imgs", Pictures(two: true)), ("latents_classes", Classes())));
        Refused("is no array of bytes", Zip(("imgs", Array("<f4", $"({N}, 1, 1)", new byte[4 * N])), ("latents_classes", Classes())));

        void Refused(string what, byte[] bytes) => Assert.Contains(what, Assert.Throws<UserException>(() => DSprites.Open(folder.Write("d.npz", bytes), null)).What);
    }

    private static int Pixel(int i) => i * 7 % 5 < 2 ? 1 : 0;

    private static byte[] File() => Zip(("imgs", Pictures()), ("latents_values", Array("<f8", $"({N}, 6)", new byte[N * 48])), ("latents_classes", Classes()));

    private static byte[] Pictures(bool two = false) => Array("|u1", $"({N}, {Height}, {Width})", [.. Enumerable.Range(0, N * Height * Width).Select(i => (byte)(two && i == 40 ? 2 : Pixel(i)))]);

    private static byte[] Classes() => Array("<i8", $"({N}, 6)", [.. Enumerable.Range(0, N).SelectMany(n => new long[] { 0, n % 3, n % 6, n % 4, n % 2, n / 6 }).SelectMany(BitConverter.GetBytes)]);

    private static byte[] Array(string descr, string shape, byte[] bytes) => NpyTests.File(descr, "False", shape, bytes);

    private static byte[] Zip(params (string, byte[])[] entries) => NpzTests.Zip(entries);
}
