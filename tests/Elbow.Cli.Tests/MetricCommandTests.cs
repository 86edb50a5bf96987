using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;
using Elbow.Data.Formats;
using Elbow.Torch;

namespace Elbow.Cli.Tests;

public sealed class MetricCommandTests(TrainedRun trained) : IDisposable
{
    private static readonly string[] Made = ["samples", "reconstructions", "interpolations"];
    private readonly Workspace at = new();

    private static readonly BadInput[] Mistakes =
    [
        new("unknown metric", ["metric", "fdi", "a.npy", "b.npy"], ["there is no metric 'fdi'", "did you mean fid?"], ["use one of fid, kid, prdc"]),
        new("no file", ["metric", "fid", "a.npy", "c.npy"], ["c.npy", "no such file"], ["check the path"]),
        new("too few rows", ["metric", "fid", "a.npy", "few.npy"], ["fid of 4 features needs at least 8 fake rows, there are 7"], ["--shrink"]),
        new("other features", ["metric", "kid", "a.npy", "wide.npy"], ["rows of 4", "rows of 5"], ["one shape"]),
        new("not a number", ["metric", "kid", "a.npy", "nan.npy"], ["nan.npy: row 2, number 1 is NaN"], ["remove or mend"]),
        new("k too large", ["metric", "prdc", "a.npy", "b.npy", "--k", "60"], ["k is 60"], ["use --k 1 to 59"]),
        new("unknown extractor", ["metric", "kid", "a.npy", "b.npy", "--extractor", "randm-conv"], ["randm-conv", "did you mean random-conv?"], ["TorchScript"]),
        new("classifier without labels", ["metric", "kid", "a.npy", "b.npy", "--extractor", "classifier"], ["labels"], ["elbow evaluate RUN --metrics"]),
        new("vectors as pictures", ["metric", "sharpness", "a.npy", "b.npy"], ["vectors of 4 numbers"], ["pictures"]),
        new("unclear range", ["metric", "kid", "odd.npy", "odd.npy"], ["values from -7 to 9"], ["--values LOW:HIGH"]),
        new("bytes and fractions", ["metric", "sharpness", "bytes.npy", "unit.npy"], ["unit.npy: all values lie between -1 and 1", "is black"], ["--values LOW:HIGH"]),
        new("two scales", ["metric", "kid", "unit.npy", "wide255.npy"], ["unit.npy: all values lie between -1 and 1"], ["bring both sets on one scale"]),
        new("no range", ["metric", "kid", "a.npy", "b.npy", "--values", "1:0"], ["--values 1:0"], ["the smaller first"]),
        new("input of no script", ["metric", "kid", "a.npy", "b.npy", "--input-range", "0:1"], ["raw has no input options"], ["TorchScript"]),
    ];

    public static TheoryData<string> Names => [.. Mistakes.Select(mistake => mistake.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Metric_Mistaken_IsExplained(string name)
    {
        Arrays();
        Write("few.npy", 7, [4], (n, d) => n * d);
        Write("wide.npy", 60, [5], (n, d) => Math.Sin(n + d));
        Write("nan.npy", 60, [4], (n, d) => (n, d) == (2, 1) ? double.NaN : n);
        Write("odd.npy", 60, [8, 8], (n, d) => n == 0 && d == 0 ? -7 : 9);
        Write("unit.npy", 60, [8, 8], (n, d) => (n + d) % 7 / 6.0);
        Write("wide255.npy", 60, [8, 8], (n, d) => (n + d) % 7 * 40);
        Bytes("bytes.npy", 60, [8, 8], (n, d) => (byte)((n + d) % 7 * 40));
        Mistakes.Single(mistake => mistake.Name == name).Check(at);
    }

    [Fact]
    public void Metric_Several_AreInOneReport()
    {
        Arrays();
        var json = Json("metric", "fid,kid,prdc,mmd,swd", "a.npy", "b.npy", "--k", "3", "--json", "-");

        Assert.Equal(["real", "fake", "extractor", "metrics"], json.AsObject().Select(pair => pair.Key));
        Assert.Equal(("raw", 4), ((string)json["extractor"]!["name"]!, (int)json["extractor"]!["dim"]!));
        Assert.Equal(["fid", "kid", "prdc", "mmd", "swd"], json["metrics"]!.AsObject().Select(pair => pair.Key));
        Assert.All(json["metrics"]!.AsObject(), pair => Assert.Equal((80, 60), ((int)pair.Value!["nReal"]!, (int)pair.Value["nFake"]!)));
        Assert.All(json["metrics"]!.AsObject().SelectMany(pair => pair.Value!["values"]!.AsObject()), value => Assert.Equal(["value", "se", "bias"], value.Value!.AsObject().Select(entry => entry.Key)));
        Assert.Equal("high", (string)json["metrics"]!["fid"]!["values"]!["fid"]!["bias"]!);
        Assert.Equal(3, (int)json["metrics"]!["prdc"]!["settings"]!["k"]!);
    }

    [Fact]
    public void Metric_ForPeople_NamesExtractorCountsAndErrors()
    {
        Arrays();
        var shown = ElbowProcess.Run(at, "metric", "fid", "a.npy", "b.npy").MustSucceed().Out;
        Assert.Contains("b.npy (60 rows) against a.npy (80 rows)", shown);
        Assert.Contains("features: raw, 4 numbers", shown);
        Assert.Matches(@"fid\s+│\s+\d+\.\d+\s+│\s+\d+\.\d+\s+│ high", shown);
    }

    // 64-bit numbers stay what they are: differences below the resolution of 32-bit ones decide here.
    [Fact]
    public void Metric_DoublePrecision_IsNotRounded()
    {
        Doubles("x.npy", n => 1 + 1e-9 * n);
        Doubles("y.npy", n => 1 + 1e-9 * n + 5e-8);
        Assert.Equal(5e-8, (double)Json("metric", "swd", "x.npy", "y.npy", "--json", "-")["metrics"]!["swd"]!["values"]!["swd"]!["value"]!, 1e-12);
    }

    [Fact]
    public void Metric_PicturesWithChannelsLast_AreThoseWithChannelsFirst()
    {
        static double Pixel(int n, int c, int p) => 0.5 + 0.5 * Math.Sin(n * 1.7 + c + p * (c + 1) * 0.3);
        Write("first.npy", 30, [3, 8, 8], (n, d) => Pixel(n, d / 64, d % 64));
        Write("last.npy", 30, [8, 8, 3], (n, d) => Pixel(n, d % 3, d / 3));
        var found = Json("metric", "sharpness,mmd", "first.npy", "last.npy", "--json", "-");
        Assert.Equal(1, (double)found["metrics"]!["sharpness"]!["values"]!["sharpnessRatio"]!["value"]!, 1e-9);
        Assert.Equal("random-conv", (string)found["extractor"]!["name"]!);
        Assert.Equal([3, 8, 8], found["fake"]!["shape"]!.AsArray().Select(side => (int)side!));
    }

    [Fact]
    public void Metric_FoldersOfPictures_AreCompared()
    {
        foreach (var (folder, sharp) in new[] { ("crisp", 255), ("soft", 60) })
        {
            for (var n = 0; n < 25; n++)
                at.Write($"{folder}/{n:00}.png", ImageCodec.EncodePng(new Picture([.. Enumerable.Range(0, 100).Select(p => (byte)((p / (1 + n % 3) + p / 10) % 2 * sharp))], 10, 10, 1)));
        }
        var found = Json("metric", "sharpness,kid", "crisp", "soft", "--json", "-");
        Assert.Equal(Math.Pow(60 / 255.0, 2), (double)found["metrics"]!["sharpness"]!["values"]!["sharpnessRatio"]!["value"]!, 1e-6);
        Assert.Equal(25, (int)found["real"]!["rows"]!);
    }

    [Fact]
    public void Metric_TorchScript_IsNamedHashedAndDeclared()
    {
        Write("p.npy", 30, [4, 3], (n, d) => n == 0 ? 1 : Math.Abs(Math.Sin(n + d)));
        var script = Path.Combine(Repository.Root, "tests", "golden", "script", "features.pt");
        var found = Json("metric", "kid", "p.npy", "p.npy", "--extractor", script, "--input-range", "-1:1", "--json", "-")["extractor"]!;
        Assert.Equal(("torchscript:features.pt", 8, "range -1..1"), ((string)found["name"]!, (int)found["dim"]!, (string)found["preprocessing"]!));
        Assert.Equal(64, ((string)found["hash"]!).Length);
    }

    [Fact]
    public void Evaluate_Metrics_CompareSamplesReconstructionsAndInterpolations()
    {
        var run = at.Copy(trained.Path, "run");
        var json = Json("evaluate", run, "--metrics", "fid,prdc,sharpness", "--samples", "1", "--count", "300", "--json", "-")["metrics"]!;

        Assert.Equal(["extractor", "samples", "reconstructions", "interpolations"], json.AsObject().Select(pair => pair.Key));
        Assert.Equal("classifier", (string)json["extractor"]!["name"]!);
        Assert.InRange((double)json["extractor"]!["accuracy"]!["value"]!, 0.9, 1);
        double Fid(string set) => (double)json[set]!["fid"]!["values"]!["fid"]!["value"]!;
        Assert.True(Fid("reconstructions") > 0 && Fid("samples") > 0 && Fid("interpolations") > 0);
        Assert.All(Made, set => Assert.Equal(300, (int)json[set]!["prdc"]!["nFake"]!));
        var stored = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!.AsArray()[^1]!["values"]!["metrics"]!;
        Assert.Equal(json.ToJsonString(), stored.ToJsonString());
    }

    [Fact]
    public void Evaluate_UnknownMetric_IsRefusedBeforeAnyWork() =>
        new BadInput("", ["evaluate", trained.Path, "--metrics", "fid,prcd"], ["there is no metric 'prcd'", "did you mean prdc?"], ["use one of"]).Check(at);

    public void Dispose() => at.Dispose();

    private JsonNode Json(params string[] arguments) => JsonNode.Parse(ElbowProcess.Run(at, arguments).MustSucceed().Out)!;

    private void Arrays()
    {
        Write("a.npy", 80, [4], (n, d) => Math.Sin(n * 1.3 + d * n * 0.7));
        Write("b.npy", 60, [4], (n, d) => Math.Sin(n * 1.1 + d * n * 0.9) + 0.2);
    }

    private void Write(string name, int N, int[] axes, Func<int, int, double> value)
    {
        var D = axes.Aggregate(1, (product, axis) => product * axis);
        float[] values = [.. from n in Enumerable.Range(0, N) from d in Enumerable.Range(0, D) select (float)value(n, d)];
        using var file = File.Create(at.At(name));
        Npy.Write(file, values, [N, .. axes]);
    }

    private void Bytes(string name, int N, int[] axes, Func<int, int, byte> value)
    {
        var D = axes.Aggregate(1, (product, axis) => product * axis);
        byte[] values = [.. from n in Enumerable.Range(0, N) from d in Enumerable.Range(0, D) select value(n, d)];
        using var file = File.Create(at.At(name));
        Npy.Write(file, values, [N, .. axes]);
    }

    // Npy writes 32-bit numbers; this is the same header with 64-bit ones behind it.
    private void Doubles(string name, Func<int, double> value)
    {
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (40, 1), }".PadRight(117) + "\n";
        at.Write(name, [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.Latin1.GetBytes(header), .. Enumerable.Range(0, 40).SelectMany(n => BitConverter.GetBytes(value(n)))]);
    }
}
