using System.Globalization;
using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>A prior known by samples only is named wherever numbers rest on it (methods/ed-vae.md 7, row 7).</summary>
public sealed class SurrogatePriorTests : IDisposable
{
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Fact]
    public void Evaluate_PriorOfSamples_NamesTheSurrogateBesideItsNumbers()
    {
        at.Write("c.json", Configs.Digits);
        // Spread over a square: any samples will do.
        at.Write("codes.csv", "a,b\n" + string.Join('\n', Enumerable.Range(0, 100).Select(n => string.Create(CultureInfo.InvariantCulture, $"{n % 10 / 3.0 - 1.5},{n / 10 / 3.0 - 1.5}"))) + "\n");
        var trained = ElbowProcess.Run(at, "train", "c.json", "--set", $$"""model.prior={"kind":"samples","path":"{{at.At("codes.csv")}}","components":3}""", "--set", "model.latentDim=2").MustSucceed();
        Assert.Contains("codes.csv", trained.Err);
        var run = trained.Out.TrimEnd().Split('\n')[^1];
        var evaluated = ElbowProcess.Run(at, "evaluate", run, "--json", "out.json").MustSucceed();
        Assert.Contains("log p(z) is that of a surrogate: a mixture of 3 Gaussians fitted to 100 samples of codes.csv", evaluated.Out);
        Assert.Contains("codes.csv", (string)JsonNode.Parse(File.ReadAllText(at.At("out.json")))!["surrogatePrior"]!);
        Assert.Contains("surrogatePrior", File.ReadAllText(Path.Combine(at.At(run), "metrics.json")));
    }
}
