using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;
using Elbow.Data.Formats;
using Elbow.Torch;

namespace Elbow.Cli.Tests;

/// <summary>Holes and tests in <c>elbow anatomy</c>, and <c>elbow refit-prior</c>.</summary>
public sealed class LatentMatchTests(TrainedRun trained) : IDisposable
{
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Fact]
    public void Anatomy_OfARun_FindsHolesAndDrawsThem()
    {
        var run = at.Copy(trained.Path, "r");

        var text = ElbowProcess.Run(at, "anatomy", run, "--holes", "2000", "--hole-pictures", "h.png", "--json", "a.json").MustSucceed().Out;

        Assert.Contains("of the prior's mass lies where log q - log p <", text);
        Assert.Contains("sliced Wasserstein", text);
        var json = JsonNode.Parse(File.ReadAllText(at.At("a.json")))!;
        var regions = json["holes"]!["regions"]!.AsArray();
        Assert.Equal(2000, (int)json["holes"]!["samples"]!);
        Assert.Equal(["sliced Wasserstein", "MMD", "nearest neighbours", "radial chi-squared"], json["twoSample"]!.AsArray().Select(test => (string)test!["test"]!));
        Assert.All(regions, hole => Assert.Equal(3, hole!["centre"]!.AsArray().Count));
        Assert.True((double)json["gaussianFit"]!["corrected"]!["value"]! < (double)json["gaussianFit"]!["raw"]!);
        Assert.True(double.IsFinite((double)json["whitenedEntropy"]!["gaussian"]!));
        Assert.NotEmpty(regions);
        // Digits of 8 x 8 are shown seven times as large, two pixels apart.
        Assert.Equal(58 * regions.Count + 2, ImageCodec.Decode(File.ReadAllBytes(at.At("h.png"))).Width);
    }

    [Fact]
    public void Anatomy_WithoutHoles_SaysNull()
    {
        var json = JsonNode.Parse(ElbowProcess.Run(at, "anatomy", at.Copy(trained.Path, "r"), "--holes", "0", "--json", "-").MustSucceed().Out)!;

        Assert.All(["holes", "twoSample", "gaussianFit", "whitenedEntropy"], key => Assert.Null(json[key]));
    }

    [Fact]
    public void Anatomy_OfARingFromArrays_FindsItsMiddle()
    {
        const int N = 600;
        float[] mu = [.. Enumerable.Range(0, N).SelectMany(n => new[] { 1.5f * MathF.Cos(2 * MathF.PI * n / N), 1.5f * MathF.Sin(2 * MathF.PI * n / N) })];
        Write("mu.npy", mu);
        Write("lv.npy", [.. Enumerable.Repeat(2 * MathF.Log(0.1f), 2 * N)]);

        var holes = JsonNode.Parse(ElbowProcess.Run(at, "anatomy", "--mu", "mu.npy", "--logvar", "lv.npy", "--holes", "2000", "--json", "-").MustSucceed().Out)!["holes"]!;

        // Within 1 of the origin the prior has 1 − e^(−½) = 0.393 of its mass, the ring nothing.
        Assert.True((bool)holes["beyondNull"]!);
        Assert.InRange((double)holes["regions"]![0]!["mass"]!["value"]!, 0.39, 0.6);
        Assert.All(holes["regions"]![0]!["centre"]!.AsArray(), value => Assert.InRange((double)value!, -0.7, 0.7));

        void Write(string name, float[] values)
        {
            using var file = File.Create(at.At(name));
            Npy.Write(file, values, [N, 2]);
        }
    }

    [Fact]
    public void RefitPrior_OfKindsFilesAndJson_ComparesThemWithTheRunsOwn()
    {
        var run = at.Copy(trained.Path, "r");
        at.Write("vamp.json", """{ "kind": "vamp", "components": 5 }""");

        var outcome = ElbowProcess.Run(at, "refit-prior", run, "--prior", "mog", "vamp.json", """{ "kind": "learnedNormal" }""", "--epochs", "4", "--nll", "5", "--json", "-").MustSucceed();

        var json = JsonNode.Parse(outcome.Out)!.AsObject();
        Assert.Equal(["run", "split", "n", "mutualInformation", "entropyAggregate", "priors", "note", "dataSha256"], json.Select(pair => pair.Key));
        var priors = json["priors"]!.AsArray();
        Assert.Equal(["standardNormal", "mog", "vamp", "learnedNormal"], priors.Select(prior => (string)prior!["name"]!));
        Assert.Equal([true, false, false, false], priors.Select(prior => (bool)prior!["own"]!));
        Assert.Equal(5, (int)priors[2]!["config"]!["components"]!);
        var information = json["mutualInformation"]!;
        Assert.All(priors, prior =>
        {
            Assert.InRange(-(double)prior!["omega"]!["value"]!, (double)information["value"]! - 5 * (double)information["se"]!, 100);
            Assert.InRange((double)prior["holes"]!["priorMass"]!["value"]!, 0, 1);
            Assert.Equal(5, (int)prior["nll"]!["k"]!);
            Assert.InRange((double)prior["samples"]!["pValue"]!, 0.005, 1);
        });
        Assert.Equal(5, priors[1]!["fit"]!["validation"]!.AsArray().Count);
        Assert.Null(priors[0]!["fit"]);
        // A Gaussian with free variances is at least as near to the codes as N(0, I), but for the noise of the split.
        Assert.True((double)priors[3]!["omega"]!["value"]! > (double)priors[0]!["omega"]!["value"]! - 0.05);
        Assert.True(JsonNode.DeepEquals(json, JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!.AsArray()[^1]!["values"]));
    }

    [Fact]
    public void RefitPrior_ForPeople_ShowsOneRowForEachPrior()
    {
        var text = ElbowProcess.Run(at, "refit-prior", at.Copy(trained.Path, "r"), "--prior", "standardNormal", "--nll", "0").MustSucceed().Out;

        Assert.Contains("standardNormal (own)", text);
        Assert.Contains("no prior makes omega larger than -I", text);
    }

    [Fact]
    public void RefitPrior_Out_MakesRunsThatWorkAndTrainOn()
    {
        var run = at.Copy(trained.Path, "20260101-000000-r");

        var refit = JsonNode.Parse(ElbowProcess.Run(at, "refit-prior", run, "--prior", "mog", "--epochs", "3", "--nll", "0", "--out", "runs", "--json", "-").MustSucceed().Out)!["priors"]!;

        Assert.Null(refit[0]!["run"]);
        var made = (string)refit[1]!["run"]!;
        Assert.Matches(@"^runs.\d{8}-\d{6}-r-mog$", made);
        // The same encoder, decoder and prior: the same numbers, at the same draws.
        var evaluated = JsonNode.Parse(ElbowProcess.Run(at, "evaluate", made, "--json", "-").MustSucceed().Out)!;
        Assert.Equal((double)refit[1]!["elbo"]!["value"]!, (double)evaluated["elbo"]!["value"]!, 6);
        ElbowProcess.Run(at, "sample", made, "--out", "s.png").MustSucceed();
        Assert.Contains("epoch    1", ElbowProcess.Run(at, "resume", made, "--epochs", "1").MustSucceed().Err);
    }
}
