using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Tests.Data;

public sealed class PaddedTests
{
    [Fact]
    public void Read_ColourPictures_HaveABorderOfTheLowestValue()
    {
        var inner = new ArrayDataset("two", new DataShape(2, 2, 3), [.. Enumerable.Range(1, 24).Select(k => k / 24f)], DataRange.Symmetric);
        var padded = new Padded(inner, 1);
        Assert.Equal(new DataShape(2, 4, 5), padded.Shape);
        float[] wanted = new float[2 * padded.Shape.Size];
        Array.Fill(wanted, -1);
        var next = 1;
        for (var p = 0; p < 4; p++)
        {
            for (var y = 1; y <= 2; y++)
            {
                for (var x = 1; x <= 3; x++) wanted[(p * 4 + y) * 5 + x] = next++ / 24f;
            }
        }
        Assert.Equal(wanted, Some.All(padded));
        var second = new float[padded.Shape.Size];
        padded.Read([1], second);
        Assert.Equal(wanted[padded.Shape.Size..], second);
    }

    [Fact]
    public void Open_DigitsWithABorder_AreScaledLikeTheRestAndSaidSo()
    {
        using var data = DataSource.Open(new DataConfig { Kind = "digits", Pad = 2, Scale = ScaleKind.Symmetric }, 1);
        Assert.Equal(new DataShape(1, 12, 12), data.Train.Shape);
        Assert.Contains("2 pixels around", data.Preprocessing);
        var row = new float[144];
        data.Test!.Read([3], row);
        Assert.All(row[..26], value => Assert.Equal(-1, value));
    }

    [Fact]
    public void Open_VectorsWithABorder_IsTheUsersToMend()
    {
        var error = Assert.Throws<UserException>(() => DataSource.Open(new DataConfig { Kind = "synthetic/pca", Count = 50, Pad = 1 }, 1));
        Assert.Contains("data.pad", error.What);
        Assert.Contains("0", error.Mend);
    }
}
