using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>Runs whose posteriors are no diagonal Gaussians: full covariances are taken apart, layers are refused with what can be had instead.</summary>
public sealed class FullPosteriorTests : IDisposable
{
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Fact]
    public void Commands_OnFullCovariances_TakeThemWhole()
    {
        var run = Train("full", "model.posterior.kind=fullNormal");
        var json = JsonNode.Parse(ElbowProcess.Run(at, "anatomy", run, "--holes", "200", "--json", "-").MustSucceed().Out)!;
        var sums = json["decompositions"]!.AsArray().Where(row => row!["sum"] is not null).Select(row => (double)row!["sum"]!).ToArray();
        var se = (double)json["decompositions"]![0]!["se"]!;
        Assert.True(sums.Length >= 5);
        Assert.All(sums, sum => Assert.InRange(Math.Abs(sum - sums[0]), 0, 2 * se));
        Assert.Contains(json["decompositions"]![4]!["terms"]!.AsArray(), term => (string)term!["name"]! == "-TC(z|x)");
        var conditional = (double)json["terms"]!["entropyConditional"]!["value"]!;
        Assert.True(json["perLatent"]!.AsArray().Sum(latent => (double)latent!["entropy"]!["value"]!) > conditional);
        Assert.NotNull(json["holes"]);
        // The divergence is that of the evaluator, which knows the covariances from the tensors.
        var evaluated = JsonNode.Parse(ElbowProcess.Run(at, "evaluate", run, "--json", "-").MustSucceed().Out)!;
        Assert.Equal((double)evaluated["kl"]!["value"]!, (double)json["terms"]!["kl"]!["value"]!, 1e-3);
        var refitted = JsonNode.Parse(ElbowProcess.Run(at, "refit-prior", run, "--prior", "learnedNormal", "--epochs", "2", "--json", "-").MustSucceed().Out)!;
        Assert.All(refitted["priors"]!.AsArray(), prior => Assert.NotNull(prior!["marginalKl"]));
    }

    [Fact]
    public void Anatomy_OfLayers_IsRefusedWithWhatCanBeHad()
    {
        var run = Train("layers", "model.hierarchy={\"kind\":\"stacked\",\"layers\":[2,1]}");
        var outcome = ElbowProcess.Run(at, "anatomy", run);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("the latents lie in layers", outcome.Err);
        Assert.Contains("elbow evaluate RUN --nll 1000", outcome.Err);
    }

    private string Train(string name, string setting)
    {
        at.Write("c.json", Configs.Digits);
        return ElbowProcess.Run(at, "train", "c.json", "--name", name, "--set", setting, "--set", "training.epochs=1").MustSucceed().Out.TrimEnd().Split('\n')[^1];
    }
}
