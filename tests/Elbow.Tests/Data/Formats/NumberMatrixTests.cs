using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

public sealed class NumberMatrixTests
{
    [Fact]
    public void Open_Doubles_KeepsAllDigits()
    {
        double[] values = [1.0 / 3, 1e300, -0.1, 4, 5, 6];
        Assert.Equal(values, Open("<f8", "False", "(3, 2)", [.. values.SelectMany(BitConverter.GetBytes)]).Values);
    }

    [Fact]
    public void Open_FortranOrderAndBigEndian_AreRowsOnReturn()
    {
        var table = Open(">f8", "True", "(3, 2)", [.. new[] { 1.0, 2, 3, 4, 5, 6 }.SelectMany(value => BitConverter.GetBytes(value).Reverse())]);
        Assert.Equal((3, 2), (table.Rows, table.Columns));
        Assert.Equal([1, 4, 2, 5, 3, 6], table.Values);
        Assert.Equal([4, 5, 6], table.Column(1));
    }

    [Fact]
    public void Open_OneAxis_IsOneColumn() => Assert.Equal((2, 1), (Open("<i8", "False", "(2,)", new byte[16]) is var table ? table.Rows : 0, table.Columns));

    [Fact]
    public void Open_ThreeAxes_AreRefused() => Assert.Contains("has 3 axes", Assert.Throws<UserException>(() => Open("|u1", "False", "(2, 1, 1)", [1, 2])).What);

    private static NumberMatrix Open(string descr, string fortran, string shape, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return NumberMatrix.Open(folder.Write("a.npy", NpyTests.File(descr, fortran, shape, bytes)));
    }
}
