using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;
using Elbow.Experiments;
using Elbow.Studio.Report;

namespace Elbow.Cli.Tests;

/// <summary>Runs whose encoder has no density: every command works, and none prints an ELBO that does not exist.</summary>
public sealed class DeterministicEncoderTests : IDisposable
{
    private static readonly string[] Set = ["--set", "objective.kind=wae-mmd", "--set", "model.posterior.kind=point"];
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Fact]
    public void Commands_OnADeterministicEncoder_ReportItsReconstructionAndNoElbo()
    {
        at.Write("c.json", Configs.Digits);
        var run = Train("wae", "objective.kind=wae-mmd");
        var evaluated = ElbowProcess.Run(at, "evaluate", run, "--nll", "10", "--json", "out.json").MustSucceed();
        Assert.Contains("note: a deterministic encoder", evaluated.Out);
        Assert.DoesNotContain("ELBO  ", evaluated.Out);
        var json = JsonNode.Parse(File.ReadAllText(at.At("out.json")))!.AsObject();
        Assert.Equal(["run", "split", "n", "elbo", "reconstruction", "kl", "nll", "bitsPerDim", "mse", "dataSha256", "binarisation"], json.Select(pair => pair.Key));
        Assert.All(["elbo", "kl", "nll", "bitsPerDim"], key => Assert.Null(json[key]));
        Assert.All(["reconstruction", "mse"], key => Assert.True(double.IsFinite((double)json[key]!["value"]!)));

        var other = Train("rae", "objective.kind=rae-l2");
        var compared = JsonNode.Parse(ElbowProcess.Run(at, "compare", run, other, "--json", "-").MustSucceed().Out)!;
        Assert.Equal(["reconstruction", "mse"], compared["differences"]![0]!["values"]!.AsObject().Select(pair => pair.Key));
        var refitted = JsonNode.Parse(ElbowProcess.Run(at, "refit-prior", other, "--prior", "mog", "--epochs", "3", "--json", "-").MustSucceed().Out)!;
        Assert.StartsWith("a deterministic encoder has no density", (string)refitted["note"]!);
        Assert.All(refitted["priors"]!.AsArray(), prior =>
        {
            Assert.All(["omega", "marginalKl", "holes", "nll"], key => Assert.Null(prior![key]));
            Assert.True(double.IsFinite((double)prior!["crossEntropy"]!["value"]!) && double.IsFinite((double)prior["samples"]!["statistic"]!));
        });
        foreach (var command in new[] { "sample --out s.png", "reconstruct --out r.png", "embed --out z.csv", "traverse --out t.png", "interpolate --from 0 --to 5 --out i.png" })
        {
            var words = command.Split(' ');
            ElbowProcess.Run(at, [words[0], other, .. words[1..]]).MustSucceed();
            Assert.True(new FileInfo(at.At(words[^1])).Length > 0, command);
        }
    }

    [Fact]
    public void Demo_OnADeterministicEncoder_WritesItsReport()
    {
        var demo = ElbowProcess.Run(at, ["demo", "--set", "training.epochs=2", .. Set]).MustSucceed();
        Assert.Contains("note:", demo.Out);
        var run = Directory.EnumerateDirectories(at.At("runs")).Single();
        var entry = Assert.Single(new MetricsFile(Path.Combine(run, "metrics.json"), TimeProvider.System).Read());
        Assert.Null(entry.Values["elbo"]);
        if (ReportFile.IsPossible) Assert.Contains("id=\"elbow-report\"", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.Ordinal);
    }

    private string Train(string name, string objective) =>
        ElbowProcess.Run(at, "train", "c.json", "--name", name, "--set", objective, "--set", "model.posterior.kind=point").MustSucceed().Out.TrimEnd().Split('\n')[^1];
}
