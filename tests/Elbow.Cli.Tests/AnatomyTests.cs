using System.Text;
using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary><c>elbow anatomy</c>, on the shared run and on arrays as other programs write them.</summary>
public sealed class AnatomyTests(TrainedRun trained) : IDisposable
{
    private const int N = 60, L = 2;
    private static readonly string[] Keys = ["kl", "entropyConditional", "crossEntropy", "entropyAggregate", "mutualInformation", "marginalKl", "totalCorrelation", "dimensionwiseKl"];
    private static readonly double[] Mean = [.. Enumerable.Range(0, N * L).Select(i => Math.Sin(i * 1.7) * 1.2)];
    private static readonly double[] LogVar = [.. Enumerable.Range(0, N * L).Select(i => -1 - Math.Cos(i))];

    private static readonly BadInput[] Table =
    [
        Bad("nothing named", [], "name a run, or posteriors", "--mu mu.npy --logvar lv.npy"),
        Bad("half the arrays", ["--mu", "mu.npy"], "--logvar is missing", "--mu mu.npy --logvar lv.npy"),
        Bad("missing file", ["--mu", "no.npy", "--logvar", "lv.npy"], "no.npy: no such file", "check the path"),
        Arrays("no npy file", at => at.Write("mu.npy", "hello, world: text"), "mu.npy: is no npy file", "check the path"),
        Arrays("other length", at => at.Write("lv.npy", Npy("<f8", LogVar[..^L], N - 1, L)), "mu.npy is 60 x 2, lv.npy is 59 x 2", "same examples and latents"),
        Arrays("NaN", at => at.Write("mu.npy", Npy("<f8", [.. Mean[..5], double.NaN, .. Mean[6..]], N, L)), "mu.npy: row 2, column 1 is NaN", "leave such rows out"),
        Arrays("infinity", at => at.Write("lv.npy", Npy("<f8", [.. LogVar[..3], double.NegativeInfinity, .. LogVar[4..]], N, L)), "lv.npy: row 1, column 1 is -Infinity", "leave such rows out"),
        Arrays("variances", at => at.Write("lv.npy", Npy("<f8", [.. LogVar.Select(Math.Exp)], N, L)), "look like variances", "numpy.log(var)"),
        Arrays("float16", at => at.Write("mu.npy", Header("<f2", N, L, false, 2 * N * L)), "holds float16", "x.astype('float32')"),
        Arrays("whole numbers", at => at.Write("mu.npy", Header("<i4", N, L, false, 4 * N * L)), "holds whole numbers", "x.astype('float32')"),
        Arrays("zero rows", at => at.Write("mu.npy", Npy("<f8", [], 0, L)), "is empty: its axes are 0 x 2", "at least 2 examples"),
        Arrays("zero latents", at => at.Write("mu.npy", Npy("<f8", [], N, 0)), "is empty: its axes are 60 x 0", "at least 2 examples"),
        Arrays("one row", at => { at.Write("mu.npy", Npy("<f8", [1, 2], 1, L)); at.Write("lv.npy", Npy("<f8", [-1, -2], 1, L)); }, "mu.npy has one row", "at least 2 examples"),
        Arrays("vector", at => at.Write("mu.npy", Npy("<f8", Mean, N * L)), "has 1 axes (120), rows x latents is wanted", "x.reshape(-1, 1)"),
        Arrays("three axes", at => at.Write("mu.npy", Npy("<f8", Mean, N / 2, 2, L)), "has 3 axes (30 x 2 x 2)", "x.reshape(len(x), -1)"),
        Arrays("huge log-variance", at => at.Write("lv.npy", Npy("<f8", [-1e4, .. LogVar[1..]], N, L)), "lv.npy: row 0, column 0 is -1E+04", "natural logarithms"),
        Arrays("log-variance of no noise", at => at.Write("lv.npy", Npy("<f8", [LogVar[0], -100, .. LogVar[2..]], N, L)), "lv.npy: row 0, column 1 is -100, a standard deviation that float64 does not tell from 0", "numpy.maximum"),
        Arrays("truncated", at => at.Write("mu.npy", Npy("<f8", Mean, N, L)[..500]), "its header promises", "copy or download"),
        Arrays("reconstruction of another length", at => at.Write("r.npy", Npy("<f8", Mean, N * L)), "r.npy has 120 numbers for 60 examples", "for each row", "--reconstruction", "r.npy"),
        Arrays("missing prior", _ => { }, "--prior p.json: no such file", "--prior standard", "--prior", "p.json"),
        Arrays("unknown prior", at => at.Write("p.json", "{\"kind\": \"gauss\"}"), "p.json", "standardNormal", "--prior", "p.json"),
        Arrays("learned prior", at => at.Write("p.json", "{\"kind\": \"mog\"}"), "this kind of prior is learned", "elbow anatomy RUN", "--prior", "p.json"),
        Arrays("prior of other latents", at => at.Write("p.json", "{\"kind\": \"normal\", \"mean\": [0, 0, 0]}"), "mean has 3 numbers for 2 latents", "the means have 2 latents", "--prior", "p.json"),
        Arrays("factors and log-variances", at => at.Write("s.npy", Npy("<f8", Scale, N, L, L)), "--scale holds the variances", "leave out one of the two", "--scale", "s.npy"),
        Full("factors of two axes", at => at.Write("s.npy", Npy("<f8", LogVar, N, L)), "has the axes 60 x 2, rows x latents x latents is wanted", "numpy.linalg.cholesky(cov)"),
        Full("factors that are not square", at => at.Write("s.npy", Npy("<f8", Scale, N, 1, L * L)), "has the axes 60 x 1 x 4", "numpy.linalg.cholesky(cov)"),
        Full("factors of other latents", at => at.Write("s.npy", Npy("<f8", [.. Enumerable.Repeat(1.0, N)], N, 1, 1)), "mu.npy is 60 x 2, s.npy is 60 x 1 x 1", "same examples and latents"),
        Full("covariances", at => at.Write("s.npy", Npy("<f8", [.. Scale[..5], 0.25, .. Scale[6..]], N, L, L)), "row 1, entry (0, 1) is 0.25, above the diagonal", "numpy.linalg.cholesky(cov)"),
        Full("negative diagonal", at => at.Write("s.npy", Npy("<f8", [.. Scale[..3], -0.5, .. Scale[4..]], N, L, L)), "row 0, entry (1, 1) is -0.5, a diagonal of factors is positive", "numpy.sign"),
        Full("factor that is no number", at => at.Write("s.npy", Npy("<f8", [.. Scale[..6], double.NaN, .. Scale[7..]], N, L, L)), "row 1, entry (1, 0) is NaN", "leave such rows out"),
        Full("factor without an inverse", at => at.Write("s.npy", Npy("<f8", [.. Scale[..3], 1e-20, .. Scale[4..]], N, L, L)), "row 0, entry (1, 1) is 1E-20, which float64 does not tell from 0", "numpy.linalg.cholesky(cov + 1e-10"),
        Arrays("option of runs", _ => { }, "--split belongs to a run", "leave out --split", "--split", "train"),
    ];

    private static double[] Scale => [.. Enumerable.Range(0, N).SelectMany(n => new[] { Math.Exp(0.5 * LogVar[L * n]), 0, 0, Math.Exp(0.5 * LogVar[L * n + 1]) })];

    private readonly Workspace at = new();

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    public void Dispose() => at.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Arrays_Bad_AreExplained(string name)
    {
        at.Write("mu.npy", Npy("<f8", Mean, N, L));
        at.Write("lv.npy", Npy("<f8", LogVar, N, L));
        Table.Single(row => row.Name == name).Check(at);
    }

    [Fact]
    public void Arrays_HoweverTheyAreStored_GiveTheSameNumbers()
    {
        at.Write("mu.npy", Npy("<f8", Mean, N, L));
        at.Write("lv.npy", Npy("<f8", LogVar, N, L));
        at.Write("r.npy", Npy("<f4", [.. Enumerable.Repeat(-50.0, N)], N));
        var plain = Json("--mu", "mu.npy", "--logvar", "lv.npy", "--reconstruction", "r.npy");
        at.Write("mu.npy", Npy(">f8", Mean, N, L));
        at.Write("lv.npy", Npy("<f8", [.. Enumerable.Range(0, N * L).Select(i => LogVar[i % N * L + i / N])], true, N, L));
        at.Write("p.json", "{\"kind\": \"normal\"}");
        Assert.Equal(plain.ToJsonString(), Json("--mu", "mu.npy", "--logvar", "lv.npy", "--reconstruction", "r.npy").ToJsonString());
        // N(0, I) by its numbers: other words, the same values.
        Assert.Equal(plain["terms"]!.ToJsonString(), Json("--mu", "mu.npy", "--logvar", "lv.npy", "--prior", "p.json")["terms"]!.ToJsonString());
        Assert.Equal(Keys, plain["terms"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(6, plain["decompositions"]!.AsArray().Count);
        Assert.Equal(L, plain["perLatent"]!.AsArray().Count);
        Assert.Equal(-50, (double)plain["decompositions"]![0]!["terms"]![0]!["value"]!, 1e-9);
    }

    [Fact]
    public void Arrays_WithPositiveLogVariances_AreBelievedWhenTold()
    {
        at.Write("mu.npy", Npy("<f8", Mean, N, L));
        at.Write("lv.npy", Npy("<f8", [.. LogVar.Select(Math.Exp)], N, L));
        Assert.True((double)Json("--mu", "mu.npy", "--logvar", "lv.npy", "--logvar-as-given")["terms"]!["kl"]!["value"]! > 0);
    }

    [Fact]
    public void Arrays_WithFactors_AreFullCovariances()
    {
        at.Write("mu.npy", Npy("<f8", Mean, N, L));
        at.Write("lv.npy", Npy("<f8", LogVar, N, L));
        at.Write("s.npy", Npy("<f8", Scale, N, L, L));
        var (diagonal, full) = (Json("--mu", "mu.npy", "--logvar", "lv.npy", "--holes", "200"), Json("--mu", "mu.npy", "--scale", "s.npy", "--holes", "200"));
        foreach (var key in Keys) Assert.Equal((double)diagonal["terms"]![key]!["value"]!, (double)full["terms"]![key]!["value"]!, 1e-9);
        Assert.Equal((double)diagonal["pairwiseInformation"]!["upper"]!["value"]!, (double)full["pairwiseInformation"]!["upper"]!["value"]!, 1e-9);
        Assert.Equal((double)diagonal["holes"]!["priorMass"]!["value"]!, (double)full["holes"]!["priorMass"]!["value"]!, 1e-9);
        Assert.Equal(diagonal.AsObject().Select(pair => pair.Key), full.AsObject().Select(pair => pair.Key));
        // Leaning posteriors: the same marginals would be other numbers.
        at.Write("s.npy", Npy("<f8", [.. Scale.Select((value, i) => i % 4 == 2 ? 0.7 : value)], N, L, L));
        var leaning = Json("--mu", "mu.npy", "--scale", "s.npy");
        Assert.Equal("-TC(z|x)", (string)leaning["decompositions"]![4]!["terms"]![1]!["name"]!);
        Assert.Contains(leaning["warnings"]!.AsArray(), warning => ((string)warning!).StartsWith("posteriors have full covariances", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_OfAModel_IsTakenApartAndKept()
    {
        var run = at.Copy(trained.Path, "run");
        var outcome = ElbowProcess.Run(at, "anatomy", "run", "--sample", "100", "--json", "a.json").MustSucceed();
        Assert.Contains("six ways to write one number", outcome.Out);
        Assert.Contains("I(x;z)", outcome.Out);
        var json = JsonNode.Parse(File.ReadAllText(at.At("a.json")))!;
        Assert.Equal(Keys, json["terms"]!.AsObject().Select(pair => pair.Key));
        var sums = json["decompositions"]!.AsArray().Where(row => row!["sum"] is not null).Select(row => (double)row!["sum"]!).ToArray();
        var se = (double)json["decompositions"]![0]!["se"]!;
        Assert.True(sums.Length >= 5);
        Assert.All(sums, sum => Assert.InRange(Math.Abs(sum - sums[0]), 0, 2 * se));
        var kept = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!.AsArray().Last()!;
        Assert.Equal("anatomy", (string)kept["kind"]!);
        Assert.Equal(json["terms"]!.ToJsonString(), kept["values"]!["terms"]!.ToJsonString());
        // The same points and the posteriors of other examples.
        var held = Json("run", "--mixture", "train", "--sample", "100");
        Assert.Null(held["terms"]!["mutualInformation"]!["lower"]);
        Assert.NotEqual((int)held["n"]!, (int)held["mixtureSize"]!);
        Assert.Equal((double)json["terms"]!["kl"]!["value"]!, (double)held["terms"]!["kl"]!["value"]!, 1e-9);
    }

    private JsonNode Json(params string[] arguments) => JsonNode.Parse(ElbowProcess.Run(at, ["anatomy", .. arguments, "--json", "-"]).MustSucceed().Out)!;

    private static BadInput Bad(string name, string[] arguments, string what, string mend) => new(name, ["anatomy", .. arguments], [what], [mend]);

    private static BadInput Arrays(string name, Action<Workspace> prepare, string what, string mend, params string[] more) =>
        new(name, ["anatomy", "--mu", "mu.npy", "--logvar", "lv.npy", .. more], [what], [mend]) { Prepare = prepare };

    private static BadInput Full(string name, Action<Workspace> prepare, string what, string mend) =>
        new(name, ["anatomy", "--mu", "mu.npy", "--scale", "s.npy"], [what], [mend]) { Prepare = prepare };

    private static byte[] Npy(string descr, double[] values, params int[] dims) => Npy(descr, values, false, dims);

    private static byte[] Npy(string descr, double[] values, bool fortran, params int[] dims)
    {
        var bytes = values.SelectMany(value =>
        {
            var one = descr.EndsWith('8') ? BitConverter.GetBytes(value) : BitConverter.GetBytes((float)value);
            return descr[0] == '>' ? one.Reverse() : one;
        });
        return [.. Start(descr, fortran, dims), .. bytes];
    }

    private static byte[] Header(string descr, int rows, int columns, bool fortran, int bytes) => [.. Start(descr, fortran, rows, columns), .. new byte[bytes]];

    private static byte[] Start(string descr, bool fortran, params int[] dims)
    {
        var header = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({string.Join(", ", dims)},), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)];
    }
}
