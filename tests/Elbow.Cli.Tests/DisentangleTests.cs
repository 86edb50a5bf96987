using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary><c>elbow disentangle</c> on arrays, on a run with known factors, and on several runs.</summary>
public sealed class DisentangleTests(TrainedRun trained) : IDisposable
{
    private static readonly BadInput[] Mistakes =
    [
        Bad("nothing named", [], "nothing is named to measure", "--codes z.npy --factors f.npy"),
        Bad("codes without factors", ["--codes", "z.npy"], "--codes needs the factors", "--factors f.npy"),
        Bad("run and codes", ["run", "--codes", "z.npy", "--factors", "f.npy"], "both a run and --codes", "name one"),
        Bad("runs and factors", ["a", "b", "--factors", "f.npy"], "without factors", "leave --factors out"),
        Bad("no such file", ["--codes", "no.npy", "--factors", "f.npy"], "no.npy: no such file", "check the path"),
        Bad("other length", ["--codes", "long.npy", "--factors", "f.npy"], "there are 301 codes, but factor 0 has 300 rows", "same order"),
        Bad("NaN in codes", ["--codes", "nan.npy", "--factors", "f.npy"], "codes: row 4, column 1 is NaN", "leave such rows out"),
        Bad("NaN in factors", ["--codes", "z.npy", "--factors", "nan.npy"], "nan.npy: row 4, column 1 is NaN", "leave such rows out"),
        Bad("constant factor", ["--codes", "z.npy", "--factors", "constant.npy"], "factor 1 has one value, 5", "leave this column out"),
        Bad("one factor", ["--codes", "z.npy", "--factors", "one.npy"], "only one factor is known", "a column for each"),
        Bad("few rows", ["--codes", "few.npy", "--factors", "few.npy"], "20 rows are too few", "at least 100"),
        Bad("unknown measure", ["--codes", "z.npy", "--factors", "f.npy", "--metrics", "mig,gim"], "there is no measure 'gim'", "mig, dci"),
        Bad("no such column", ["--codes", "z.npy", "--factors", "f.npy", "--discrete", "0,3"], "'3' is no column", "from 0 to 1"),
        Bad("few bins", ["--codes", "z.npy", "--factors", "f.npy", "--bins", "1"], "--bins 1: use 2 to 1000", "disentangle --help"),
        Bad("no such run", ["nowhere"], "nowhere", ""),
        Bad("one known factor", ["digits"], "has one known factor, class", "--factors f.npy"),
        Bad("digits and arrays of other rows", ["digits", "--factors", "f.npy"], "there are 447 codes, but factor 0 has 300 rows", "same order"),
    ];

    private readonly Workspace at = new();

    public static TheoryData<string> Names => [.. Mistakes.Select(mistake => mistake.Name)];

    public void Dispose() => at.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Disentangle_Unusable_IsExplained(string name)
    {
        Prepare();
        if (name.Contains("digits", StringComparison.Ordinal) || name == "one known factor") at.Copy(trained.Path, "digits");
        Mistakes.Single(mistake => mistake.Name == name).Check(at);
    }

    [Fact]
    public void Disentangle_Arrays_ScoresThem()
    {
        Prepare();
        var outcome = ElbowProcess.Run(at, "disentangle", "--codes", "z.npy", "--factors", "f.npy", "--metrics", "mig, modularity,dci-linear", "--seed", "4", "--json", "scores.json").MustSucceed();
        var json = JsonNode.Parse(File.ReadAllText(at.At("scores.json")))!;
        Assert.Equal((300, 3, 4), ((int)json["n"]!, (int)json["latentDim"]!, (int)json["seed"]!));
        Assert.Equal(["nominal", "nominal"], json["factors"]!.AsArray().Select(factor => (string)factor!["kind"]!));
        var scores = json["scores"]!.AsArray().ToDictionary(score => (string)score!["name"]!, score => score!);
        Assert.Equal(["mig", "modularity", "dci-linear.disentanglement", "dci-linear.completeness", "dci-linear.informativeness"], scores.Keys);
        Assert.InRange((double)scores["mig"]["value"]!, 0.9, 1);
        Assert.InRange((double)scores["mig"]["se"]!, 0, 0.1);
        Assert.InRange((double)scores["mig"]["chance"]!, 0, 0.2);
        Assert.Equal("20", (string)scores["mig"]["settings"]!["bins"]!);
        Assert.Equal(2, scores["mig"]["perFactor"]!.AsArray().Count);
        // People see the numbers too, whatever the width of the rest.
        Assert.Matches($@"mig +│ +{scores["mig"]["value"]!.GetValue<double>():F4} +│ +{scores["mig"]["se"]!.GetValue<double>():F4} ", outcome.Out);
        Assert.Matches(@"dci-linear\.informativeness +│ +\d\.\d{4} ", outcome.Out);
        Assert.Matches(@"for each factor\s+measure +│ +0 +│ +1 ", outcome.Out);
        Assert.Contains("40 bootstrap samples", outcome.Out);
    }

    [Fact]
    public void Disentangle_Discrete_IsAsSaid()
    {
        Prepare();
        var json = JsonNode.Parse(ElbowProcess.Run(at, "disentangle", "--codes", "z.npy", "--factors", "f.npy", "--metrics", "sap", "--discrete", "1", "--json", "-").MustSucceed().Out)!;
        Assert.Equal(["continuous", "nominal"], json["factors"]!.AsArray().Select(factor => (string)factor!["kind"]!));
    }

    [Fact]
    public void Disentangle_RunsOnSprites_AreScoredAndCompared()
    {
        at.Write("c.json", """
            { "data": { "kind": "sprites", "trainingRows": 256, "validation": 0.01, "test": 0.05 },
              "model": { "latentDim": 3, "encoder": { "kind": "mlp", "hidden": [8] }, "decoder": { "kind": "mlp", "hidden": [8] }, "likelihood": { "kind": "bernoulli" } },
              "objective": { "kind": "elbo" }, "training": { "epochs": 1, "threads": 1 } }
            """);
        string[] runs = [.. Enumerable.Range(1, 2).Select(seed => ElbowProcess.Run(at, "train", "c.json", "--set", $"training.seed={seed}").MustSucceed().OutLines[^1])];
        var json = JsonNode.Parse(ElbowProcess.Run(at, "disentangle", runs[0], "--metrics", "mig,factor-vae", "--json", "-").MustSucceed().Out)!;
        Assert.Equal(["shape", "scale", "orientation", "x", "y"], json["factors"]!.AsArray().Select(factor => (string)factor!["name"]!));
        Assert.Equal(384, (int)json["n"]!);
        Assert.Contains("below 0.05 of the greatest count as collapsed", (string)json["scores"]![1]!["bias"]!);
        Assert.Equal("0.05", (string)json["scores"]![1]!["settings"]!["leastSpread"]!);
        Assert.InRange((double)json["scores"]![0]!["value"]!, 0, 1);
        var stored = JsonNode.Parse(File.ReadAllText(at.At(runs[0], "metrics.json")))!.AsArray();
        Assert.Equal("disentangle", (string)stored[^1]!["kind"]!);

        var udr = JsonNode.Parse(ElbowProcess.Run(at, "disentangle", runs[0], runs[1], "--json", "-").MustSucceed().Out)!;
        Assert.Equal(2, udr["runs"]!.AsArray().Count);
        Assert.InRange((double)udr["udr"]!["spearman"]!["value"]!, 0, 1);
        Assert.Null(udr["pairs"]!["lasso"]![0]![0]);
        Assert.Equal((double)udr["pairs"]!["lasso"]![0]![1]!, (double)udr["runs"]![1]!["lasso"]!, 1e-12);
        Assert.Null(udr["doubt"]);

        // One more latent and another seed: still compared, and said not to be of one configuration.
        var wider = ElbowProcess.Run(at, "train", "c.json", "--set", "training.seed=3", "--set", "model.latentDim=4").MustSucceed().OutLines[^1];
        var outcome = ElbowProcess.Run(at, "disentangle", runs[0], wider, "--json", "mixed.json").MustSucceed();
        Assert.Contains("note: the runs differ in model.latentDim, not in training.seed alone", outcome.Out);
        var mixed = JsonNode.Parse(File.ReadAllText(at.At("mixed.json")))!;
        Assert.Equal([3, 4], mixed["runs"]!.AsArray().Select(run => (int)run!["latentDim"]!));
        Assert.StartsWith("the runs differ in model.latentDim,", (string)mixed["doubt"]!);
    }

    private void Prepare()
    {
        double Factor(int n, int k) => k == 0 ? n % 4 : n / 4 % 3;
        Arrays.Write(at, "f.npy", 300, 2, Factor);
        Arrays.Write(at, "z.npy", 300, 3, (n, j) => j < 2 ? 1 - 2 * Factor(n, j) : 0.25);
        Arrays.Write(at, "long.npy", 301, 3, (n, _) => n);
        Arrays.Write(at, "nan.npy", 300, 2, (n, j) => n == 4 && j == 1 ? double.NaN : Factor(n, j));
        Arrays.Write(at, "constant.npy", 300, 2, (n, k) => k == 0 ? n % 4 : 5);
        Arrays.Write(at, "one.npy", 300, 1, (n, _) => n % 4);
        Arrays.Write(at, "few.npy", 20, 2, Factor);
    }

    private static BadInput Bad(string name, string[] arguments, string what, string mend) => new(name, ["disentangle", .. arguments], [what], [mend]);
}
