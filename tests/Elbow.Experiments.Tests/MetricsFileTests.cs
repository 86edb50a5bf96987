using System.Text.Json.Nodes;
using Elbow.Experiments.Storage;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class MetricsFileTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly ManualTime time = new();
    private readonly List<string> warnings = [];

    private string FilePath => temp["metrics.json"];

    private MetricsFile Metrics => new(FilePath, time);

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Read_FileMissing_IsEmpty() => Assert.Empty(Metrics.Read());

    [Fact]
    public void Append_TwoResults_KeepsBothInOrder()
    {
        Metrics.Append(Some.Metrics("evaluate"), warnings.Add);
        Metrics.Append(Some.Metrics("anatomy"), warnings.Add);

        Assert.Equal(["evaluate", "anatomy"], Metrics.Read().Select(entry => entry.Kind));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Append_NonFiniteNumber_ComesBack()
    {
        Metrics.Append(Some.Metrics(value: double.NegativeInfinity), warnings.Add);

        Assert.Equal("-Infinity", (string?)Assert.Single(Metrics.Read()).Values["elbo"]);
    }

    [Fact]
    public void Append_WholeEntry_ComesBackTheSame()
    {
        var entry = Some.Metrics();

        Metrics.Append(entry, warnings.Add);

        var back = Assert.Single(Metrics.Read());
        Assert.True(JsonNode.DeepEquals(entry.Values, back.Values));
        Assert.Equal(entry.SampleCounts, back.SampleCounts);
        Assert.Equal(entry with { Values = back.Values, SampleCounts = back.SampleCounts }, back);
    }

    [Fact]
    public async Task Append_ManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Metrics.Append(Some.Metrics($"k{i}"), warnings.Add))));

        Assert.Equal(8, Metrics.Read().Select(entry => entry.Kind).Distinct().Count());
    }

    [Theory]
    [InlineData("[{\"kind\":")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("")]
    public void Append_DamagedFile_KeepsItAsideAndWarns(string damaged)
    {
        File.WriteAllText(FilePath, damaged);
        File.WriteAllText(temp["metrics.json.broken-1"], "earlier");

        Metrics.Append(Some.Metrics(), warnings.Add);

        Assert.Single(Metrics.Read());
        Assert.Equal(damaged, File.ReadAllText(temp["metrics.json.broken-2"]));
        Assert.Equal("earlier", File.ReadAllText(temp["metrics.json.broken-1"]));
        Assert.Contains("metrics.json.broken-2", Assert.Single(warnings));
    }

    [Fact]
    public void Read_DamagedFile_IsAUserErrorAndTouchesNothing()
    {
        File.WriteAllText(FilePath, "[");

        Assert.Contains(FilePath, Assert.Throws<UserException>(Metrics.Read).What);
        Assert.Equal("[", File.ReadAllText(FilePath));
    }
}
