using Elbow.Studio.Logs;

namespace Elbow.Studio.Tests.Logs;

public sealed class ThinnedRowsTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10_001)]
    public void Rows_OfMany_AreFewEvenlySpreadAndHoldTheNewest(int count)
    {
        var rows = new ThinnedRows<string>(8);
        for (var i = 1; i <= count; i++) rows.Add(i, $"{i}");
        int[] kept = [.. rows.Rows.Select(int.Parse)];
        Assert.InRange(kept.Length, Math.Min(count, 4), 9);
        Assert.Equal((1, count), (kept[0], kept[^1]));
        Assert.Single(kept[..^1].Zip(kept[1..^1], (a, b) => b - a).Distinct());
    }

    [Fact]
    public void CutAfter_AStep_DropsWhatCameLater()
    {
        var rows = new ThinnedRows<string>(8);
        for (var i = 1; i <= 20; i++) rows.Add(i, $"{i}");
        rows.CutAfter(10);
        Assert.All(rows.Rows, row => Assert.InRange(int.Parse(row), 1, 10));
        rows.Add(11, "11");
        Assert.Equal("11", rows.Rows[^1]);
    }
}
