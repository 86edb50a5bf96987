using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

/// <summary>The fixed formats of single sets: CIFAR-10 binary, optdigits text, binarized MNIST text.</summary>
public sealed class RecordFormatTests
{
    [Fact]
    public void CifarBinary_Records_GiveClassAndPlanes()
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[2 * 3073];
        (bytes[0], bytes[1], bytes[1 + 3071], bytes[3073], bytes[3074]) = (9, 11, 12, 3, 13);
        var data = CifarBinary.Open(folder.Write("x.bin", bytes));
        using var mapped = (IDisposable)data;
        var values = Some.All(data);
        Assert.Equal([11f, 12f, 13f], [values[0], values[3071], values[3072]]);
        Assert.Equal(["truck", "cat"], data.Labels[0].Codes.Select(code => data.Labels[0].Classes[code]));
    }

    [Theory]
    [InlineData(0, 0, "no whole number")]
    [InlineData(3072, 0, "no whole number")]
    [InlineData(3073, 10, "claims class 10")]
    public void CifarBinary_Malformed_SaysWhat(int length, byte label, string what)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[length];
        bytes.AsSpan(0, Math.Min(1, length)).Fill(label);
        Assert.Contains(what, Assert.Throws<UserException>(() => CifarBinary.Open(folder.Write("x.bin", bytes))).What);
    }

    [Fact]
    public void Optdigits_Line_GivesPixelsAndClass()
    {
        var data = Optdigits.Read(new StringReader(string.Join(',', Enumerable.Range(0, 64).Select(i => i % 17)) + ",7\n"), "digits");
        Assert.Equal((new DataShape(1, 8, 8), DataRange.Levels(17), "7"), (data.Shape, data.Range, data.Labels[0].Classes[0]));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (float)(i % 17)), Some.All(data));
    }

    [Theory]
    [InlineData(64, "0", "line 2 has 64 values")]
    [InlineData(65, "17", "line 2, value 1 is '17'")]
    [InlineData(65, "x", "line 2, value 1 is 'x'")]
    [InlineData(65, "-1", "line 2, value 1 is '-1'")]
    public void Optdigits_Malformed_NamesTheLine(int fields, string first, string what)
    {
        var good = string.Join(',', Enumerable.Repeat("0", 65));
        var bad = string.Join(',', Enumerable.Repeat("0", fields - 1).Prepend(first));
        Assert.Contains(what, Assert.Throws<UserException>(() => Optdigits.Read(new StringReader($"{good}\n{bad}\n"), "digits")).What);
    }

    [Fact]
    public void Amat_Lines_GivePixels()
    {
        using var folder = new TemporaryFolder();
        var pixels = Enumerable.Range(0, 784).Select(i => i % 3 == 0 ? 1 : 0).ToArray();
        var data = Amat.Open(folder.Write("x.amat", string.Join(' ', pixels) + " \n"));
        Assert.Equal(pixels.Select(pixel => (float)pixel), Some.All(data));
    }

    [Theory]
    [InlineData("0 1 0\n")]
    [InlineData("")]
    [InlineData("2")]
    public void Amat_Malformed_IsRefused(string text)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<UserException>(() => Amat.Open(folder.Write("x.amat", text)));
    }
}
