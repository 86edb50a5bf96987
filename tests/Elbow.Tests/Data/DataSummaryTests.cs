using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data;

public sealed class DataSummaryTests
{
    [Fact]
    public void Of_KnownNumbers_GivesTheirStatistics()
    {
        var data = new ArrayDataset("x", DataShape.Vector(2), [0f, 1f, 0f, 3f, 0f, 2f, 0f, 2f], null, new LabelColumn("c", [0, 1, 1, 1], ["a", "b"]));
        var summary = DataSummary.Of(data);
        Assert.Equal((4, 0.0, 3.0, 1.0, 0.5, 0.125, 4, 1), (summary.Count, summary.Least, summary.Most, summary.Mean, summary.Zeros, summary.Ones, summary.DistinctValues, summary.ConstantColumns));
        Assert.Equal(Math.Sqrt((4 + (0 + 4 + 1 + 1)) / 8.0), summary.Deviation, 1e-12);
        Assert.Equal(new Dictionary<string, int> { ["a"] = 1, ["b"] = 3 }, summary.Labels["c"]);
    }

    [Theory]
    [InlineData("x.npy", "npy")]
    [InlineData("x.npz", "npy")]
    [InlineData("x", "idx")]
    [InlineData("x.gz", "idx")]
    [InlineData("x.bin", "cifar")]
    [InlineData("x.txt", "csv")]
    public void Guess_FirstBytes_TellTheKind(string name, string kind)
    {
        using var folder = new TemporaryFolder();
        var idx = Some.Written(stream => Idx.Write(stream, [1, 2], 2));
        byte[] bytes = name switch
        {
            "x.npy" => Formats.NpyTests.File("|u1", "False", "(1,)", [1]),
            "x.npz" => Formats.NpzTests.Zip(("a", Formats.NpyTests.File("|u1", "False", "(1,)", [1]))),
            "x" => idx,
            "x.gz" => Some.Gzip(idx),
            "x.bin" => new byte[3073],
            _ => "1,2\n"u8.ToArray(),
        };
        var path = folder.Write(name, bytes);
        Assert.Equal(kind, DataFiles.Guess(path));
        Assert.True(DataSummary.OfPath(path).Count > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001\u0002\u0003")]
    public void OfPath_NoData_IsAUserMistake(string contents)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<UserException>(() => DataSummary.OfPath(folder.Write("x", contents)));
    }

    [Theory]
    [InlineData(new[] { 0f, 1f }, "bernoulli", ScaleKind.None)]
    [InlineData(new[] { 0f, 16f }, "categorical", ScaleKind.None)]
    [InlineData(new[] { 0f, 250f }, "discretisedLogistic", ScaleKind.Unit)]
    [InlineData(new[] { 0f, 0.5f }, "continuousBernoulli", ScaleKind.None)]
    [InlineData(new[] { -7f, 0.5f }, "normal", ScaleKind.Standardise)]
    public void Of_Values_SuggestALikelihood(float[] values, string likelihood, ScaleKind scale)
    {
        var summary = DataSummary.Of(new ArrayDataset("x", DataShape.Vector(1), values));
        Assert.Equal((likelihood, scale), (summary.SuggestedLikelihoods[0], summary.SuggestedScale));
    }
}
