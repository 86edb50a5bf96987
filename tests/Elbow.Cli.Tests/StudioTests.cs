using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;
using Elbow.Studio.Report;

namespace Elbow.Cli.Tests;

/// <summary><c>elbow studio</c> and <c>elbow report</c> as processes; what they answer is tested in Elbow.Studio.Tests.</summary>
public sealed class StudioTests(TrainedRun trained) : IDisposable
{
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Fact]
    public async Task Studio_OnAFreePort_PrintsItsAddressServesTheRunsAndEndsOnCtrlC()
    {
        var id = Path.GetFileName(at.Copy(trained.Path, "runs/20260101-120000-a"));
        using var studio = ElbowProcess.Start(at, "studio", "--port", "0");
        var address = studio.FirstLine();
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var run = JsonNode.Parse(await client.GetStringAsync("api/runs", TestContext.Current.CancellationToken))!["runs"]![0]!;
        Assert.Equal((id, "finished"), ((string)run["id"]!, (string)run["status"]!));
        Assert.Contains("<html", await client.GetStringAsync("", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var second = ElbowProcess.Run(at, "studio", "--port", $"{new Uri(address).Port}");
        Assert.Equal(2, second.ExitCode);
        Assert.Contains("is in use", second.Err, StringComparison.Ordinal);
        Assert.Contains("--port", second.Err, StringComparison.Ordinal);

        studio.Signal(ElbowProcess.SigInt);
        var outcome = studio.Wait();
        Assert.Equal(130, outcome.ExitCode);
        Assert.Equal(address, outcome.OutLines[^1]);
    }

    [Theory]
    [InlineData("--bind", "0.0.0.0", "--token")]
    [InlineData("--port", "70000", "65535")]
    public void Studio_WhereItMayNotListen_SaysHow(string option, string value, string says)
    {
        var outcome = ElbowProcess.Run(at, "studio", option, value);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfARun_IsOneFile()
    {
        var outcome = ElbowProcess.Run(at, "report", at.Copy(trained.Path, "a"), "--out", "all.html");
        if (ReportFile.IsPossible)
        {
            Assert.Equal("all.html", outcome.MustSucceed().OutLines[^1]);
            Assert.Contains("id=\"elbow-report\"", File.ReadAllText(at.At("all.html")), StringComparison.Ordinal);
            return;
        }
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("npm", outcome.Err, StringComparison.Ordinal);
    }
}
