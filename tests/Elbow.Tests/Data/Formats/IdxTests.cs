using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

public sealed class IdxTests
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 2 * 3 * 4).Select(i => (byte)(i * 11))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_WrittenFile_GivesTheSameBytes(bool packed)
    {
        using var folder = new TemporaryFolder();
        var bytes = Some.Written(stream => Idx.Write(stream, Pixels, 2, 3, 4));
        var data = Idx.Open(folder.Write("x", packed ? Some.Gzip(bytes) : bytes));
        using var mapped = data as IDisposable;
        Assert.Equal((2, new DataShape(1, 3, 4), DataRange.Levels(256)), (data.Count, data.Shape, data.Range));
        Assert.Equal(Pixels.Select(value => (float)value), Some.All(data));
        Assert.Equal(packed, data is ArrayDataset);
    }

    [Theory]
    [InlineData("09", "FF01", -1f, 1f)]
    [InlineData("0B", "FFFE0003", -2f, 3f)]
    [InlineData("0C", "FFFFFFFD00000100", -3f, 256f)]
    [InlineData("0D", "3FC00000C0000000", 1.5f, -2f)]
    [InlineData("0E", "3FF8000000000000C000000000000000", 1.5f, -2f)]
    public void Open_BigEndianNumbers_AreRead(string type, string numbers, float first, float second)
    {
        using var folder = new TemporaryFolder();
        var data = Idx.Open(folder.Write("x", Convert.FromHexString($"0000{type}0100000002{numbers}")));
        using var mapped = data as IDisposable;
        Assert.Equal([first, second], Some.All(data));
    }

    [Fact]
    public void Open_LabelsBeside_AreFound()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("train-images-idx3-ubyte", Some.Written(stream => Idx.Write(stream, Pixels, 2, 3, 4)));
        folder.Write("train-labels-idx1-ubyte", Some.Written(stream => Idx.Write(stream, [7, 3], 2)));
        var data = Idx.Open(path, Idx.LabelsBeside(path));
        using var mapped = data as IDisposable;
        Assert.Equal(["7", "3"], data.Labels[0].Codes.Select(code => data.Labels[0].Classes[code]));
    }

    [Theory]
    [InlineData("", "ends too early")]
    [InlineData("00000803", "ends too early")]
    [InlineData("89504E47", "is no idx file")]
    [InlineData("00000701000000020102", "idx type 07")]
    [InlineData("00000801000000000102", "is empty")]
    [InlineData("0000080100000002010203", "has 11 bytes")]
    [InlineData("000008010000000201", "has 9 bytes")]
    [InlineData("000008037FFFFFFF7FFFFFFF7FFFFFFF", "no file holds")]
    [InlineData("000008017FFFFFFF00", "has 9 bytes")]
    public void Open_Malformed_SaysWhat(string hex, string what)
    {
        using var folder = new TemporaryFolder();
        var mistake = Assert.Throws<UserException>(() => Idx.Open(folder.Write("bad", Convert.FromHexString(hex))));
        Assert.Contains(what, mistake.What);
        Assert.NotEmpty(mistake.Mend);
    }

    [Fact]
    public void Open_GzipThatPromisesGigabytes_IsRefusedBeforeMemoryIsTaken()
    {
        using var folder = new TemporaryFolder();
        var bomb = folder.Write("bomb.gz", Some.Gzip(Convert.FromHexString("000008017FFFFF0000")));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("promises", Assert.Throws<UserException>(() => Idx.Open(bomb)).What);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Theory]
    [InlineData(-3, "cannot be unpacked|ends after|ends too early")]
    [InlineData(1, "goes on after")]
    public void Open_GzipOfAnotherLength_IsRefused(int surplus, string what)
    {
        using var folder = new TemporaryFolder();
        var bytes = Some.Written(stream => Idx.Write(stream, Pixels, 2, 3, 4));
        var path = folder.Write("x.gz", Some.Gzip(surplus < 0 ? bytes[..^-surplus] : [.. bytes, 0]));
        Assert.Matches(what, Assert.Throws<UserException>(() => Idx.Open(path)).What);
    }

    [Fact]
    public void Open_LabelsOfAnotherLength_AreRefused()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Write("x", Some.Written(stream => Idx.Write(stream, Pixels, 2, 3, 4)));
        var labels = folder.Write("y", Some.Written(stream => Idx.Write(stream, [1, 2, 3], 3)));
        Assert.Contains("labels (class) have 3", Assert.Throws<UserException>(() => Idx.Open(data, labels)).What);
    }

    [Fact]
    public void Open_MissingFileOrFolder_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", Assert.Throws<UserException>(() => Idx.Open(folder.File("none"))).What);
        Assert.Contains("is a folder", Assert.Throws<UserException>(() => Idx.Open(folder.Path)).What);
    }

    [Fact]
    public void Read_AfterDispose_Throws()
    {
        using var folder = new TemporaryFolder();
        var data = Idx.Open(folder.Write("x", Some.Written(stream => Idx.Write(stream, Pixels, 2, 3, 4))));
        ((IDisposable)data).Dispose();
        Assert.Throws<ObjectDisposedException>(() => data.Read([0], new float[12]));
    }
}
