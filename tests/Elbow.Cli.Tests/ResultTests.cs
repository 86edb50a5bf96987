using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>Results for programs: JSON of every command that reports, CSV of every one that reports rows.</summary>
public sealed class ResultTests(TrainedRun trained) : IDisposable
{
    private readonly Workspace at = new();

    public void Dispose() => at.Dispose();

    [Theory]
    [InlineData("doctor", false)]
    [InlineData("data list", false)]
    [InlineData("data get", false)]
    [InlineData("data verify", false)]
    [InlineData("data describe", false)]
    [InlineData("bandwidth", false)]
    [InlineData("evaluate", true)]
    [InlineData("metric", true)]
    [InlineData("anatomy", true)]
    [InlineData("disentangle", true)]
    [InlineData("refit-prior", true)]
    [InlineData("compare", true)]
    public void Command_ThatReports_WritesJsonAndRows(string names, bool rows)
    {
        var command = names.Split(' ').Aggregate(Program.Root(), (command, name) => command.Subcommands.Single(sub => sub.Name == name));
        Assert.Contains(command.Options, option => option.Name == "--json");
        Assert.Equal(rows, command.Options.Any(option => option.Name == "--csv"));
    }

    [Fact]
    public void Evaluate_Csv_HasTheNumbersOfTheJson()
    {
        var run = Path.GetFileName(at.Copy(trained.Path, "evaluated"));

        ElbowProcess.Run(at, "evaluate", run, "--nll", "5", "--json", "e.json", "--csv", "e.csv").MustSucceed();

        var json = JsonNode.Parse(File.ReadAllText(at.At("e.json")))!;
        var rows = Rows(File.ReadAllText(at.At("e.csv")));
        Assert.Equal("elbo reconstruction kl nll bitsPerDim mse", string.Join(' ', rows.Select(row => row["name"])));
        Assert.All(rows, row => Assert.Equal(("evaluated", "test", (double)json[row["name"]]!["value"]!, (double)json[row["name"]]!["se"]!), (row["run"], row["split"], Number(row["value"]), Number(row["se"]))));
        Assert.Equal("|||5||", string.Join('|', rows.Select(row => row["k"])));
    }

    [Fact]
    public void Anatomy_Csv_HasTermsAndLatents()
    {
        var rows = Rows(ElbowProcess.Run(at, "anatomy", Path.GetFileName(at.Copy(trained.Path, "dissected")), "--holes", "0", "--csv", "-").MustSucceed().Out);

        Assert.Equal("|0|1|2", string.Join('|', rows.Select(row => row["latent"]).Distinct()));
        var terms = rows.Where(row => row["latent"].Length == 0).ToDictionary(row => row["name"], row => Number(row["value"]));
        Assert.Equal(terms["entropyAggregate"], terms["entropyConditional"] + terms["mutualInformation"], 9);
        Assert.All(rows, row => Assert.True(Number(row["value"]) >= Number(row["lower"].Length > 0 ? row["lower"] : row["value"])));
        // A field with commas in it stays one field.
        Assert.Contains(rows, row => row["estimator"].Contains("mean over the evaluated examples", StringComparison.Ordinal) && row["estimator"].Contains(',', StringComparison.Ordinal));
    }

    [Fact]
    public void Compare_Csv_HasARowForEachRun()
    {
        string[] runs = [Path.GetFileName(at.Copy(trained.Path, "one")), Path.GetFileName(at.Copy(trained.Path, "two"))];

        var rows = Rows(ElbowProcess.Run(at, ["compare", .. runs, "--csv", "-"]).MustSucceed().Out);

        Assert.Equal(runs, rows.Select(row => row["run"]));
        Assert.All(rows, row => Assert.Equal(Number(row["reconstruction"]) - Number(row["kl"]), Number(row["elbo"]), 6));
        Assert.Contains("both write to stdout", ElbowProcess.Run(at, ["compare", .. runs, "--csv", "-", "--json", "-"]).Err);
    }

    [Fact]
    public void Disentangle_Csv_HasARowForEachMeasure()
    {
        Arrays.Write(at, "z.npy", 200, 2, (n, j) => j == 0 ? n % 4 : n / 4 % 3);
        Arrays.Write(at, "f.npy", 200, 2, (n, j) => j == 0 ? n % 4 : n / 4 % 3);

        var rows = Rows(ElbowProcess.Run(at, "disentangle", "--codes", "z.npy", "--factors", "f.npy", "--metrics", "mig,sap", "--csv", "-").MustSucceed().Out);

        Assert.Equal("mig sap", string.Join(' ', rows.Select(row => row["metric"]).Distinct()));
        Assert.All(rows.Where(row => row["name"] == "mig"), row => Assert.InRange(Number(row["value"]), 0.9, 1));
    }

    [Fact]
    public void Metric_Csv_HasARowForEachValue()
    {
        foreach (var name in new[] { "real.npy", "fake.npy" }) Arrays.Write(at, name, 40, 3, (n, j) => Math.Sin(name.Length + n * n + j));

        var rows = Rows(ElbowProcess.Run(at, "metric", "mmd,prdc", "real.npy", "fake.npy", "--csv", "-").MustSucceed().Out);

        Assert.Equal("mmd prdc", string.Join(' ', rows.Select(row => row["metric"]).Distinct()));
        Assert.All(rows, row => Assert.True(double.IsFinite(Number(row["value"]))));
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    // Fields between commas, or between quotation marks that are doubled inside.
    private static List<Dictionary<string, string>> Rows(string csv)
    {
        var lines = csv.TrimEnd('\n').Split('\n').Select(Fields).ToList();
        return [.. lines.Skip(1).Select(line =>
        {
            Assert.Equal(lines[0].Count, line.Count);
            return lines[0].Zip(line).ToDictionary(pair => pair.First, pair => pair.Second);
        })];
    }

    private static List<string> Fields(string line)
    {
        var (fields, quoted) = (new List<string> { "" }, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') fields[^1] += line[i++];
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted) fields.Add("");
            else fields[^1] += line[i];
        }
        return fields;
    }
}
