using System.Text;
using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

public sealed class NpyTests
{
    [Fact]
    public void Open_WrittenFloats_GivesTheSameNumbers()
    {
        using var folder = new TemporaryFolder();
        float[] values = [0.5f, -1e30f, 3, 4, 5, 6.25f];
        var data = Npy.Open(folder.Write("x.npy", Some.Written(stream => Npy.Write(stream, values, 3, 2))));
        using var mapped = (MemoryMappedDataset)data;
        Assert.Equal((3, DataShape.Vector(2)), (data.Count, data.Shape));
        Assert.Equal(values, Some.All(data));
    }

    [Fact]
    public void Open_WrittenBytes_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        byte[] values = [0, 255, 3, 4];
        var data = Npy.Open(folder.Write("x.npy", Some.Written(stream => Npy.Write(stream, values, 1, 1, 2, 2))));
        using var mapped = (MemoryMappedDataset)data;
        Assert.Equal((1, new DataShape(1, 2, 2)), (data.Count, data.Shape));
        Assert.Equal([0f, 255f, 3f, 4f], Some.All(data));
    }

    [Theory]
    [InlineData("<f2", "003C00C0")]
    [InlineData("<f4", "0000803F000000C0")]
    [InlineData(">f4", "3F800000C0000000")]
    [InlineData("<f8", "000000000000F03F00000000000000C0")]
    [InlineData(">f8", "3FF0000000000000C000000000000000")]
    [InlineData("|i1", "01FE")]
    [InlineData("<i2", "0100FEFF")]
    [InlineData(">i2", "0001FFFE")]
    [InlineData("<i4", "01000000FEFFFFFF")]
    [InlineData("<i8", "0100000000000000FEFFFFFFFFFFFFFF")]
    [InlineData(">i8", "0000000000000001FFFFFFFFFFFFFFFE")]
    public void Open_EveryType_GivesOneAndMinusTwo(string descr, string numbers)
    {
        using var folder = new TemporaryFolder();
        var data = Npy.Open(folder.Write("x.npy", File(descr, "False", "(2,)", Convert.FromHexString(numbers))));
        using var mapped = data as IDisposable;
        Assert.Equal([1f, -2f], Some.All(data));
    }

    [Theory]
    [InlineData("|b1", "0100")]
    [InlineData("|u1", "0100")]
    [InlineData(">u2", "00010000")]
    [InlineData("<u4", "0100000000000000")]
    [InlineData("<u8", "01000000000000000000000000000000")]
    public void Open_UnsignedTypes_GivesOneAndZero(string descr, string numbers)
    {
        using var folder = new TemporaryFolder();
        var data = Npy.Open(folder.Write("x.npy", File(descr, "False", "(2,)", Convert.FromHexString(numbers))));
        using var mapped = data as IDisposable;
        Assert.Equal([1f, 0f], Some.All(data));
        Assert.Equal(DataRange.Binary, data.Range);
    }

    [Fact]
    public void Open_FortranOrder_IsTurnedRowMajor()
    {
        using var folder = new TemporaryFolder();
        // x[n, h, w] = 100 n + 10 h + w, first axis fastest.
        var stored = from w in Enumerable.Range(0, 4) from h in Enumerable.Range(0, 3) from n in Enumerable.Range(0, 2) select (byte)((100 * n) + (10 * h) + w);
        var data = Npy.Open(folder.Write("x.npy", File("|u1", "True", "(2, 3, 4)", [.. stored])));
        Assert.Equal(from n in Enumerable.Range(0, 2) from h in Enumerable.Range(0, 3) from w in Enumerable.Range(0, 4) select (float)((100 * n) + (10 * h) + w), Some.All(data));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_EveryVersion_IsRead(byte version)
    {
        using var folder = new TemporaryFolder();
        var data = Npy.Open(folder.Write("x.npy", File("|u1", "False", "(2, 2)", [1, 2, 3, 4], version)));
        using var mapped = data as IDisposable;
        Assert.Equal([1f, 2f, 3f, 4f], Some.All(data));
    }

    [Theory]
    [InlineData("|O", "(1,)", "objects")]
    [InlineData("<c8", "(1,)", "complex")]
    [InlineData("<U3", "(1,)", "text")]
    [InlineData("|u1", "()", "a single number")]
    [InlineData("|u1", "(0, 3)", "is empty")]
    [InlineData("|u1", "(2, 2)", "its header promises")]
    [InlineData("|u1", "(1, 1, 1, 1, 1)", "5 axes")]
    [InlineData("|u1", "(99999999999,)", "an axis of size")]
    public void Open_Malformed_SaysWhat(string descr, string shape, string what)
    {
        using var folder = new TemporaryFolder();
        var mistake = Assert.Throws<UserException>(() => Npy.Open(folder.Write("x.npy", File(descr, "False", shape, [1]))));
        Assert.Contains(what, mistake.What);
    }

    [Fact]
    public void Open_ChannelsLast_SaysHowToTranspose()
    {
        using var folder = new TemporaryFolder();
        var mistake = Assert.Throws<UserException>(() => Npy.Open(folder.Write("x.npy", File("|u1", "False", "(1, 2, 2, 3)", new byte[12]))));
        Assert.Contains("transpose(0, 3, 1, 2)", mistake.Mend);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void Open_NoFinite32BitNumber_NamesRowAndColumn(double value)
    {
        using var folder = new TemporaryFolder();
        byte[] numbers = [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(2.0), .. BitConverter.GetBytes(3.0), .. BitConverter.GetBytes(value)];
        var mistake = Assert.Throws<UserException>(() => Npy.Open(folder.Write("x.npy", File("<f8", "False", "(2, 2)", numbers))));
        Assert.Contains("row 1, column 1", mistake.What);
    }

    internal static byte[] File(string descr, string fortran, string shape, byte[] data, byte version = 1)
    {
        var header = Encoding.Latin1.GetBytes($"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. data];
    }
}
