using System.IO.Compression;
using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

public sealed class NpzTests
{
    private static readonly byte[] X = NpyTests.File("<f4", "False", "(2, 1)", [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]);
    private static readonly byte[] Y = NpyTests.File("<i8", "False", "(2,)", [5, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);

    [Fact]
    public void Open_DataAndLabels_AreRead()
    {
        using var folder = new TemporaryFolder();
        var data = Npz.Open(folder.Write("a.npz", Zip(("values", X), ("y", Y))), labels: "y");
        Assert.Equal([1f, -2f], Some.All(data));
        Assert.Equal(["5", "2"], data.Labels[0].Codes.Select(code => data.Labels[0].Classes[code]));
    }

    [Fact]
    public void Open_SeveralArrays_NeedsAName()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.npz", Zip(("a", X), ("b", X)));
        Assert.Contains("a, b", Assert.Throws<UserException>(() => Npz.Open(path)).What);
        Assert.Equal([1f, -2f], Some.All(Npz.Open(path, "b")));
    }

    [Fact]
    public void Open_NoSuchArray_SaysWhatThereIs()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("it holds: a", Assert.Throws<UserException>(() => Npz.Open(folder.Write("a.npz", Zip(("a", X))), "q")).Mend);
    }

    [Fact]
    public void Open_EntryLongerThanItsHeaderPromises_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var bomb = folder.Write("a.npz", Zip(("a", [.. X, .. new byte[1 << 20]])));
        Assert.Contains("its header promises", Assert.Throws<UserException>(() => Npz.Open(bomb)).What);
    }

    [Fact]
    public void Open_ObjectArray_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("objects", Assert.Throws<UserException>(() => Npz.Open(folder.Write("a.npz", Zip(("a", NpyTests.File("|O", "False", "(1,)", [1])))))).What);
    }

    internal static byte[] Zip(params (string Name, byte[] Bytes)[] entries) => Some.Written(stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, bytes) in entries)
        {
            using var entry = archive.CreateEntry(name + ".npy").Open();
            entry.Write(bytes);
        }
    });
}
