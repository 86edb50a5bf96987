using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Known;

public sealed class DataLocatorTests
{
    private static readonly byte[] Contents = [1, 2, 3, 4, 5];

    [Fact]
    public void Find_FirstRootThatHasTheFile_Wins()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        var wanted = second.Write("set/a.bin", Contents);
        var found = new DataLocator([first.Path, second.Path], first.File("cache")).Find(Toy.Set(Contents));
        Assert.Equal(wanted, Assert.Single(found!.Value.Paths));
        first.Write("set/a.bin", Contents);
        Assert.StartsWith(first.Path, new DataLocator([first.Path, second.Path], first.File("cache")).Find(Toy.Set(Contents))!.Value.Paths[0]);
    }

    [Fact]
    public void Find_Nothing_IsNull()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(new DataLocator([folder.Path], folder.File("cache")).Find(Toy.Set(Contents)));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 4 }, "has 4 bytes")]
    [InlineData(new byte[] { 1, 2, 3, 4, 6 }, "sha256")]
    public void Find_AnotherFileOfThatName_IsRefused(byte[] other, string what)
    {
        using var folder = new TemporaryFolder();
        folder.Write("set/a.bin", other);
        Assert.Contains(what, Assert.Throws<UserException>(() => new DataLocator([folder.Path], folder.File("cache")).Find(Toy.Set(Contents))).What);
    }

    [Fact]
    public void Find_ChangedAfterItWasVerified_IsNoticed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("set/a.bin", Contents);
        var locator = new DataLocator([folder.Path], folder.File("cache"));
        Assert.NotNull(locator.Find(Toy.Set(Contents)));
        File.WriteAllBytes(path, [1, 2, 3, 4, 6]);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        Assert.Throws<UserException>(() => locator.Find(Toy.Set(Contents)));
    }

    [Fact]
    public void Find_CacheOfChecksumsIsDamaged_ComputesThemAgain()
    {
        using var folder = new TemporaryFolder();
        folder.Write("set/a.bin", Contents);
        folder.Write("cache/checksums.json", "{ not json");
        Assert.NotNull(new DataLocator([folder.Path], folder.File("cache")).Find(Toy.Set(Contents)));
    }

    [Fact]
    public void KnownSets_All_AreDocumentedAndDistinct()
    {
        Assert.Equal(KnownData.All.Count, KnownData.All.Select(set => set.Kind).Distinct().Count());
        Assert.All(KnownData.All.SelectMany(set => set.Editions).SelectMany(edition => edition.Files), file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.True(file.Size > 0);
        });
        Assert.All(KnownData.All, set => Assert.All(new[] { set.Title, set.Contents, set.Split, set.Licence, set.Citation }, Assert.NotEmpty));
    }
}
