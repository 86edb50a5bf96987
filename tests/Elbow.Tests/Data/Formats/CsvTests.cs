using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

public sealed class CsvTests
{
    [Theory]
    [InlineData("1,2.5\n-3e2,4\n")]
    [InlineData("a,b\n1,2.5\n-3e2,4")]
    [InlineData("1;2.5\r\n-3e2;4\r\n")]
    [InlineData("a,b\r1,2.5\r-3e2,4\r")]
    [InlineData("1\t2.5\n-3e2\t4\n\n")]
    [InlineData(" 1  2.5 \n-3e2 4\n")]
    [InlineData("\"x, first\",\"y\"\"quoted\"\"\"\n\"1\",2.5\n-3e2,4\n")]
    [InlineData("\uFEFFa,b\n1,2.5\n-3e2,4\n")]
    [InlineData("\"two\nlines\",b\n1,2.5\n-3e2,4\n")]
    public void Open_AnyDialect_GivesTheNumbers(string text)
    {
        using var folder = new TemporaryFolder();
        var data = Csv.Open(folder.Write("t.csv", text));
        Assert.Equal(DataShape.Vector(2), data.Shape);
        Assert.Equal([1f, 2.5f, -300f, 4f], Some.All(data));
    }

    [Fact]
    public void Open_Header_NamesTheNumbersButNotTheLabels()
    {
        using var folder = new TemporaryFolder();
        var data = Csv.Open(folder.Write("t.csv", "x,species,\"y, cm\"\n1,oak,2\n3,ash,4\n"), "species");
        Assert.Equal(["x", "y, cm"], data.Columns);
        Assert.Equal(data.Columns, Subset.Slice(data, 1, 1).Columns);
        Assert.Empty(Csv.Open(folder.Write("u.csv", "1,2\n3,4\n")).Columns);
    }

    [Theory]
    [InlineData("species")]
    [InlineData("1")]
    public void Open_LabelColumn_BecomesClasses(string column)
    {
        using var folder = new TemporaryFolder();
        var data = Csv.Open(folder.Write("t.csv", "x,species,y\n1,oak,2\n3,ash,4\n5,oak,6\n"), column);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], Some.All(data));
        Assert.Equal(("species", "oak"), (data.Labels[0].Name, data.Labels[0].Classes[data.Labels[0].Codes[2]]));
    }

    [Fact]
    public void Open_NumericLabels_AreInNumericOrder()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["2", "10"], Csv.Open(folder.Write("t.csv", "1,10\n2,2\n"), "1").Labels[0].Classes);
    }

    [Fact]
    public void Open_WrittenTable_GivesTheSameNumbers()
    {
        using var folder = new TemporaryFolder();
        float[] values = [0.1f, -1e-30f, float.MaxValue, 1 / 3f];
        using var text = new StringWriter();
        Csv.Write(text, ["plain", "with, comma"], values);
        Assert.Equal(values, Some.All(Csv.Open(folder.Write("t.csv", text.ToString()))));
    }

    [Fact]
    public void Open_Gzipped_IsRead()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([1f, 2f], Some.All(Csv.Open(folder.Write("t.csv.gz", Some.Gzip("a\n1\n2\n"u8)))));
    }

    [Theory]
    [InlineData("", null, "is empty")]
    [InlineData("a,b\n", null, "is empty")]
    [InlineData("a,b\n1,2\n3\n", null, "line 3 has 1 fields, the first line has 2")]
    [InlineData("1,2\n3,4,5\n", null, "line 2 has 3 fields")]
    [InlineData("a,b\n1,2\n3,cat\n", null, "line 3, column 2 (b) holds 'cat'")]
    [InlineData("1,2\n3,\n", null, "line 2, column 2 has no value")]
    [InlineData("a,b\n1,NA\n", null, "line 2, column 2 (b) has no value")]
    [InlineData("a,b\n1,nan\n", null, "line 2, column 2 (b) has no value")]
    [InlineData("1,inf\n", null, "line 1, column 2 holds 'inf'")]
    [InlineData("1,1e60\n", null, "line 1, column 2 holds '1e60'")]
    [InlineData("a,b\n1,2\n", "c", "has no column c")]
    [InlineData("1,2\n", "7", "has no column 7")]
    [InlineData("a\n1\n", "a", "no column besides the labels")]
    [InlineData("a,b\n\"1,2\n", null, "never closed")]
    public void Open_Malformed_NamesTheLine(string text, string? label, string what)
    {
        using var folder = new TemporaryFolder();
        var mistake = Assert.Throws<UserException>(() => Csv.Open(folder.Write("t.csv", text), label));
        Assert.Contains(what, mistake.What);
        Assert.NotEmpty(mistake.Mend);
    }
}
