using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;
using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Torch;

namespace Elbow.Cli.Tests;

/// <summary>Every command does on a small run what its help says.</summary>
public sealed class CommandTests(TrainedRun trained) : IDisposable
{
    private static readonly string[] Estimates = ["elbo", "reconstruction", "kl", "bitsPerDim", "mse"];
    private static readonly string[] AlwaysKnown = ["licence", "citation", "contents"];
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Fact]
    public void Train_Always_PrintsTheRunFolderLast() => Assert.Matches(@"^runs/\d{8}-\d{6}-tiny$", trained.StandardOutput[^1]);

    [Fact]
    public void Evaluate_Json_HasTheKeysOfTheContract()
    {
        var run = at.Copy(trained.Path, "r");

        var json = JsonNode.Parse(ElbowProcess.Run(at, "evaluate", run, "--json", "-", "--nll", "20").MustSucceed().Out)!.AsObject();

        Assert.Equal(["run", "split", "n", "elbo", "reconstruction", "kl", "nll", "bitsPerDim", "mse", "dataSha256", "binarisation"], json.Select(pair => pair.Key));
        Assert.All(Estimates, key => Assert.Equal(["value", "se"], json[key]!.AsObject().Select(pair => pair.Key)));
        Assert.Equal(["value", "se", "k"], json["nll"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(("r", "test", 447, "none"), ((string)json["run"]!, (string)json["split"]!, (int)json["n"]!, (string)json["binarisation"]!));
        Assert.Equal((double)json["reconstruction"]!["value"]! - (double)json["kl"]!["value"]!, (double)json["elbo"]!["value"]!, 9);
        Assert.InRange((double)json["nll"]!["value"]!, 0, -(double)json["elbo"]!["value"]!);
    }

    [Fact]
    public void Evaluate_WithoutNll_SaysNullAndStoresTheResult()
    {
        var run = at.Copy(trained.Path, "r");

        ElbowProcess.Run(at, "evaluate", run, "--split", "validation", "--json", "out.json").MustSucceed();

        var json = JsonNode.Parse(File.ReadAllText(at.At("out.json")))!;
        Assert.Null(json["nll"]);
        var stored = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!.AsArray()[^1]!;
        Assert.Equal(("evaluate", "validation"), ((string)stored["kind"]!, (string)stored["split"]!));
        Assert.All(json.AsObject(), pair => Assert.True(JsonNode.DeepEquals(pair.Value, stored["values"]![pair.Key]), pair.Key));
    }

    [Theory]
    [InlineData("sample --count 7", 1, 7)]
    [InlineData("sample --count 25 --draw --seed 3", 3, 10)]
    [InlineData("sample --count 12 --latents marginal", 2, 10)]
    [InlineData("sample --count 12 --latents joint --draw", 2, 10)]
    [InlineData("traverse --steps 5 --quantiles", 3, 5)]
    [InlineData("reconstruct --count 12", 4, 10)]
    [InlineData("reconstruct --count 4 --split train", 2, 4)]
    [InlineData("traverse --steps 5", 3, 5)]
    [InlineData("traverse --latents 2,0 --steps 4 --range 2 --index 5", 2, 4)]
    [InlineData("interpolate --from 0 --to 9 --steps 6", 1, 6)]
    [InlineData("interpolate --from 0 --to 9 --steps 21 --spherical", 2, 20)]
    public void Pictures_OfDigits_HaveOneCellForEach(string command, int rows, int columns)
    {
        var words = command.Split(' ');

        ElbowProcess.Run(at, [words[0], trained.Path, "--out", "x.png", .. words[1..]]).MustSucceed();

        // Digits of 8 x 8 are shown seven times as large, two pixels apart.
        var picture = ImageCodec.Decode(File.ReadAllBytes(at.At("x.png")));
        Assert.Equal((58 * columns + 2, 58 * rows + 2, 1), (picture.Width, picture.Height, picture.Channels));
        Assert.True(picture.Pixels.Distinct().Count() > 10);
    }

    [Theory]
    [InlineData("sample --count 7", 7)]
    [InlineData("reconstruct --count 500", 447)]
    [InlineData("traverse --steps 5", 3, 5)]
    [InlineData("interpolate --from 3 --to 3 --steps 4", 4)]
    public void Npy_OfDigits_KeepsTheAxes(string command, params int[] leading)
    {
        var words = command.Split(' ');

        ElbowProcess.Run(at, [words[0], trained.Path, "--out", "x.npy", .. words[1..]]).MustSucceed();

        var header = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(at.At("x.npy")), 0, 128);
        Assert.Contains($"'shape': ({string.Join(", ", leading)}, 8, 8,)", header);
    }

    [Fact]
    public void Sample_UnknownLatents_AreTheUsersToMend()
    {
        var result = ElbowProcess.Run(at, "sample", trained.Path, "--out", "x.png", "--latents", "posterior");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("use prior, marginal or joint", result.Err);
    }

    [Fact]
    public void Sample_SameSeed_IsTheSameAndAnotherIsNot()
    {
        foreach (var (file, seed) in new[] { ("a.csv", "1"), ("b.csv", "1"), ("c.csv", "2") }) ElbowProcess.Run(at, "sample", trained.Path, "--out", file, "--count", "5", "--seed", seed).MustSucceed();

        Assert.Equal(File.ReadAllText(at.At("a.csv")), File.ReadAllText(at.At("b.csv")));
        Assert.NotEqual(File.ReadAllText(at.At("a.csv")), File.ReadAllText(at.At("c.csv")));
    }

    [Fact]
    public void Sample_Draw_GivesValuesOfTheLikelihood()
    {
        ElbowProcess.Run(at, "sample", trained.Path, "--out", "x.npy", "--count", "20", "--draw").MustSucceed();

        Assert.Equal(RangeKind.Levels, Npy.Open(at.At("x.npy")).Range.Kind);
    }

    [Fact]
    public void Interpolate_Line_BeginsAndEndsAtTheReconstructions()
    {
        ElbowProcess.Run(at, "interpolate", trained.Path, "--out", "path.npy", "--from", "0", "--to", "446", "--steps", "5").MustSucceed();
        ElbowProcess.Run(at, "reconstruct", trained.Path, "--out", "all.npy", "--count", "447").MustSucceed();

        var (path, all) = (Read("path.npy"), Read("all.npy"));
        Assert.Equal(all[..64], path[..64], Near);
        Assert.Equal(all[^64..], path[^64..], Near);
    }

    [Fact]
    public void Embed_Csv_ReadsBackWithItsLabels()
    {
        ElbowProcess.Run(at, "embed", trained.Path, "--out", "z.csv").MustSucceed();

        var table = Csv.Open(at.At("z.csv"), "class");
        Assert.Equal((447, 6, 10), (table.Count, table.Shape.Size, table.Labels[0].Classes.Count));
    }

    [Fact]
    public void Embed_Npy_IsTheTableInThreeFiles()
    {
        ElbowProcess.Run(at, "embed", trained.Path, "--out", "z.csv").MustSucceed();
        ElbowProcess.Run(at, "embed", trained.Path, "--out", "z.npy").MustSucceed();

        var table = new float[447 * 6];
        Csv.Open(at.At("z.csv"), "class").Read([.. Enumerable.Range(0, 447)], table);
        Assert.Equal(table[..3], Read("z.npy")[..3]);
        Assert.Equal(table[3..6], Read("z-logvar.npy")[..3]);
        Assert.Equal(447, Read("z-class.npy").Length);
    }

    [Fact]
    public void Embed_NpyWithLabelsOfAnyName_StaysInTheFolderAndOverwritesNothing()
    {
        at.Write("c.json", Configs.Table);
        foreach (var (column, file) in new[] { ("../kind", "z----kind.npy"), ("logvar", "z-label-logvar.npy") })
        {
            at.Write("d.csv", Configs.Rows().Replace("class", column, StringComparison.Ordinal));
            var run = ElbowProcess.Run(at, "train", "c.json", "--set", $"data.labelColumn={column}").MustSucceed().OutLines[^1];
            ElbowProcess.Run(at, "embed", run, "--out", "z.npy").MustSucceed();
            Assert.True(File.Exists(at.At(file)), file);
            Assert.Equal(2 * Read("z.npy").Length, Read("z.npy").Length + Read("z-logvar.npy").Length);
        }
    }

    [Theory]
    [InlineData("sample r --out x.png --count many", "--count many: use 1 to 10000000")]
    [InlineData("sample r --out x.png --seed abc", "--seed abc: use a number")]
    [InlineData("resume r --epochs soon", "--epochs soon: use a number")]
    [InlineData("interpolate r --out x.png --from first --to 2", "--from first: use a number")]
    [InlineData("bandwidth --dim 0 --points 500", "--dim 0: use 1 to")]
    [InlineData("bandwidth --dim 10 --points 1", "--points 1: use 2 to")]
    public void Option_ThatIsNoNumberOrOutOfRange_IsNamedWithWhatIsAllowed(string command, string message)
    {
        var outcome = ElbowProcess.Run(at, command.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.ErrLines[0], StringComparison.Ordinal);
        Assert.Equal(2, outcome.ErrLines.Count);
    }

    [Fact]
    public void Bandwidth_Json_HasTheKeysOfTheContractAndTheKnownWidth()
    {
        var report = JsonNode.Parse(ElbowProcess.Run(at, "bandwidth", "--dim", "10", "--points", "500", "--json", "-").MustSucceed().Out)!.AsObject();
        Assert.Equal(["hOpt", "h", "alpha", "se"], report.Select(pair => pair.Key));
        Assert.Equal(0.74, (double)report["hOpt"]!, 0.02);
        Assert.Equal(1, Math.Pow((double)report["h"]!, 2) + Math.Pow((double)report["alpha"]!, 2), 1e-9);
    }

    [Fact]
    public void Embed_Png_IsAPlotInColour()
    {
        ElbowProcess.Run(at, "embed", trained.Path, "--out", "z.png").MustSucceed();

        var picture = ImageCodec.Decode(File.ReadAllBytes(at.At("z.png")));
        Assert.Equal(3, picture.Channels);
        Assert.True(picture.Pixels.Chunk(3).Select(pixel => (pixel[0], pixel[1], pixel[2])).Distinct().Count() > 100);
    }

    [Fact]
    public void Compare_TwoSeedsOfTwoModels_GroupsPairsAndNamesTheDifference()
    {
        at.Write("tiny.json", Configs.Digits);
        foreach (var (name, sets) in new[] { ("a1", "training.seed=1"), ("a2", "training.seed=2"), ("b1", "training.seed=1"), ("b2", "training.seed=2") })
        {
            string[] beta = name[0] == 'b' ? ["--set", "objective.beta=4"] : [];
            ElbowProcess.Run(at, ["train", "tiny.json", "--name", name, "--set", sets, "--set", "training.epochs=1", .. beta]).MustSucceed();
        }
        string[] runs = [.. Directory.GetDirectories(at.At("runs")).OrderBy(run => run[^2..], StringComparer.Ordinal)];

        var first = ElbowProcess.Run(at, ["compare", .. runs, "--json", "-"]).MustSucceed();
        var second = ElbowProcess.Run(at, ["compare", .. runs]).MustSucceed();

        Assert.Contains("evaluating it now", first.Err);
        Assert.DoesNotContain("evaluating it now", second.Err);
        var json = JsonNode.Parse(first.Out)!;
        Assert.Equal(["A", "B"], json["groups"]!.AsArray().Select(group => (string)group!["name"]!));
        Assert.All(json["groups"]!.AsArray(), group => Assert.Equal([1L, 2L], group!["runs"]!.AsArray().Select(run => (long)run!["seed"]!)));
        double Elbo(int group, int run) => (double)json["groups"]![group]!["runs"]![run]!["elbo"]!["value"]!;
        double[] gaps = [Elbo(1, 0) - Elbo(0, 0), Elbo(1, 1) - Elbo(0, 1)];
        var difference = json["differences"]![0]!["values"]!["elbo"]!;
        Assert.Equal(gaps.Average(), (double)difference["value"]!, 9);
        // Both seeds were judged by the same test examples: what scatters over these is added to what scatters over seeds.
        Assert.Equal("examplesAndSeeds", (string)difference["over"]!);
        Assert.True((double)difference["se"]! > Math.Abs(gaps[0] - gaps[1]) / 2, "the seeds scatter more than the standard error says");
        Assert.Equal("elbo", (string)json["rankings"]![0]!["by"]!);
        Assert.Equal(["A", "B"], json["rankings"]![0]!["groups"]!.AsArray().Select(group => (string)group!["group"]!).Order());
        Assert.Equal("objective.beta", (string)json["config"]!.AsArray().Single()!["path"]!);
        Assert.Contains("B - A", second.Out);
        Assert.Contains("ranking by elbo, higher is better", second.Out);
        Assert.Contains("--by nll", ElbowProcess.Run(at, ["compare", .. runs, "--by", "nll"]).Err);
        Assert.Contains("linear decoder", ElbowProcess.Run(at, ["compare", .. runs, "--by", "bic"]).Err);
    }

    [Fact]
    public void Evaluate_Annealed_ReportsBesideTheRestAndBracketsSimulatedData()
    {
        var run = Path.GetFileName(at.Copy(trained.Path, "annealed"));
        string[] settings = ["evaluate", run, "--nll", "50", "--ais", "20", "--chains", "4", "--leapfrogs", "2", "--ais-examples", "5", "--simulated", "5"];
        var json = JsonNode.Parse(ElbowProcess.Run(at, [.. settings, "--json", "-"]).MustSucceed().Out)!;
        var ais = json["ais"]!;
        Assert.Equal((20, 4, 5, "prior"), ((int)ais["steps"]!, (int)ais["chains"]!, (int)ais["n"]!, (string)ais["from"]!));
        Assert.InRange((double)ais["acceptance"]!, 0.1, 1);
        Assert.True((double)ais["se"]! > 0);
        Assert.InRange((double)ais["value"]!, -2 * (double)json["nll"]!["value"]!, 0);
        var both = json["bidirectional"]!;
        Assert.Equal((double)both["upper"]!["value"]! - (double)both["lower"]!["value"]!, (double)both["gap"]!["value"]!, 9);
        Assert.Null(JsonNode.Parse(ElbowProcess.Run(at, "evaluate", run, "--json", "-").MustSucceed().Out)!["ais"]);
        Assert.Contains("AIS (20 x 4)", ElbowProcess.Run(at, [.. settings, "--anneal-from", "posterior"]).MustSucceed().Out);
        Assert.Contains("add --ais", ElbowProcess.Run(at, "evaluate", run, "--simulated", "5").Err);
    }

    [Fact]
    public void Compare_RunTrainedOnSinceItsEvaluation_EvaluatesWhatItIsNow()
    {
        at.Write("tiny.json", Configs.Digits);
        var run = ElbowProcess.Run(at, "train", "tiny.json").MustSucceed().OutLines[^1];
        var before = Elbo(ElbowProcess.Run(at, "compare", run, "--json", "-").MustSucceed());
        ElbowProcess.Run(at, "resume", run, "--epochs", "4").MustSucceed();

        var after = ElbowProcess.Run(at, "compare", run, "--json", "-").MustSucceed();

        Assert.Contains("evaluating it now", after.Err);
        Assert.True(Elbo(after) > before, "the ELBO after two more epochs is that of before");
        Assert.DoesNotContain("evaluating it now", ElbowProcess.Run(at, "compare", run).MustSucceed().Err);
        static double Elbo(Outcome outcome) => (double)JsonNode.Parse(outcome.Out)!["groups"]![0]!["runs"]![0]!["elbo"]!["value"]!;
    }

    [Fact]
    public void Doctor_Here_MeasuresTheProduct()
    {
        var json = JsonNode.Parse(ElbowProcess.Run(at, "doctor", "--json", "-").MustSucceed().Out)!;

        var checks = json["checks"]!.AsArray().ToDictionary(check => (string)check!["name"]!, check => check!);
        Assert.True((double)checks["product"]["value"]! > 0.1);
        Assert.Equal("ok", (string)checks["libtorch"]["state"]!);
        Assert.All(checks.Values.Where(check => (string)check["state"]! != "ok"), check => Assert.NotEmpty((string)check["mend"]!));
    }

    [Fact]
    public void DataList_Json_NamesLicenceAndCitationOfAll()
    {
        var json = JsonNode.Parse(ElbowProcess.Run(at, "data", "list", "--json", "-").MustSucceed().Out)!.AsArray();

        Assert.Contains(json, set => (string)set!["name"]! == "digits" && (bool)set["bundled"]!);
        Assert.All(json, set => Assert.All(AlwaysKnown, key => Assert.NotEmpty((string)set![key]!)));
        Assert.All(json, set => Assert.True((bool)set!["bundled"]! || set["path"] is not null || set["get"] is not null));
    }

    [Theory]
    [InlineData("digits", "comes with Elbow")]
    [InlineData("optdigits", "comes with Elbow")]
    public void DataGet_Bundled_NeedsNothing(string name, string says) => Assert.Contains(says, ElbowProcess.Run(at, "data", "get", name).MustSucceed().Out);

    [Fact]
    public void DataDescribe_Csv_SuggestsAConfigurationThatTrains()
    {
        at.Write("d.csv", Configs.Rows());

        var json = JsonNode.Parse(ElbowProcess.Run(at, "data", "describe", "d.csv", "--labels", "class", "--json", "-").MustSucceed().Out)!;

        Assert.Equal((40, 2), ((int)json["rows"]!, (int)json["shape"]![2]!));
        Assert.Equal(26, (int)json["labels"]!["class"]!["y"]!);
        at.Write("c.json", Configs.Table);
        ElbowProcess.Run(at, "train", "c.json", "--set", $"data={json["config"]!["data"]!.ToJsonString()}", "--set", $"model.likelihood={json["config"]!["likelihood"]!.ToJsonString()}").MustSucceed();
    }

    [Fact]
    public void DataDescribe_FolderOfPictures_ReadsThem()
    {
        Directory.CreateDirectory(at.At("pictures"));
        ElbowProcess.Run(at, "sample", trained.Path, "--out", "pictures/a.png", "--count", "1").MustSucceed();

        var json = JsonNode.Parse(ElbowProcess.Run(at, "data", "describe", "pictures", "--json", "-").MustSucceed().Out)!;

        Assert.Equal("[1,60,60]", json["shape"]!.ToJsonString());
        Assert.Equal("images", (string)json["config"]!["data"]!["kind"]!);
    }

    [Fact]
    public void Decode_OfEmbeddedMeans_IsTheReconstruction()
    {
        ElbowProcess.Run(at, "embed", trained.Path, "--out", "z.npy").MustSucceed();
        ElbowProcess.Run(at, "decode", trained.Path, "--codes", "z.npy", "--out", "x.npy").MustSucceed();
        ElbowProcess.Run(at, "reconstruct", trained.Path, "--out", "all.npy", "--count", "447").MustSucceed();

        var (decoded, reconstructed) = (Read("x.npy"), Read("all.npy"));
        Assert.Equal(447 * 64, decoded.Length);
        Assert.Equal(reconstructed, decoded, Near);
    }

    [Fact]
    public void Decode_CodesOfAnotherModel_AreRefused()
    {
        Arrays.Write(at, "wide.npy", 4, 5, (n, j) => n + j);

        var outcome = ElbowProcess.Run(at, "decode", trained.Path, "--codes", "wide.npy", "--out", "x.npy");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("has 5 columns, the model has 3 latents", outcome.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfigTemplate_Printed_PassesItsOwnCheckAndTrains()
    {
        at.Write("t.json", ElbowProcess.Run(at, "config", "template").MustSucceed().Out);

        ElbowProcess.Run(at, "config", "check", "t.json").MustSucceed();
        ElbowProcess.Run(at, "train", "t.json", "--set", "training.epochs=1", "--set", "training.threads=1").MustSucceed();
    }

    [Fact]
    public void Help_OfEveryCommand_Succeeds()
    {
        var listed = ElbowProcess.Run(at, "--help").MustSucceed().Out;
        string[] commands = ["doctor", "data", "config", "train", "resume", "evaluate", "metric", "sample", "reconstruct", "traverse", "interpolate", "embed", "decode", "disentangle", "compare"];

        Assert.All(commands, command => Assert.Contains($"\n  {command} ", listed));
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-4;

    private float[] Read(string name)
    {
        var data = Npy.Open(at.At(name));
        var values = new float[data.Count * data.Shape.Size];
        data.Read([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }
}
