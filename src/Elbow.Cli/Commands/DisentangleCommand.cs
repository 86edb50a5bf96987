using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Evaluation.Disentanglement;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow disentangle RUN</c>, <c>elbow disentangle RUN RUN ...</c>, <c>elbow disentangle --codes z.npy --factors f.npy</c></summary>
internal static class DisentangleCommand
{
    private const string Estimator = "disentanglement of posterior means";

    internal static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "run folder; two or more are compared with each other (UDR), without factors", HelpName = "RUN", Arity = ArgumentArity.ZeroOrMore };
        var split = RunArgument.Split();
        var checkpoint = RunArgument.Checkpoint();
        var codes = new Option<string?>("--codes") { Description = "codes of any model: npy, N rows of L numbers, in place of a run", HelpName = "Z.NPY" };
        var factors = new Option<string?>("--factors") { Description = "known factors of the same rows: npy, N rows of M numbers; a run on data with several label columns needs none", HelpName = "F.NPY" };
        var metrics = new Option<string?>("--metrics") { Description = $"some of {string.Join(", ", DisentanglementMetrics.Names)}; all but dci-forest when not said", HelpName = "a,b,c" };
        var discrete = new Option<string>("--discrete") { Description = "which columns of --factors are discrete, counted from 0: i,j,... or none; auto: those with few values", DefaultValueFactory = _ => "auto", HelpName = "i,j" };
        var bins = new Option<int>("--bins") { Description = "bins of codes, and of continuous factors, where information is counted", DefaultValueFactory = _ => 20, HelpName = "B" }.Between(2, 1000);
        var draws = new Option<int>("--draws") { Description = "random halves, or draws of votes, for values and errors", DefaultValueFactory = _ => 3, HelpName = "D" }.Between(2, 100);
        var seed = new Option<int>("--seed") { Description = "seed of everything drawn", DefaultValueFactory = _ => 1, HelpName = "N" }.Between(0, 1_000_000_000);
        var (json, csv) = (Output.Json(), Output.Csv());
        var command = new Command("disentangle", "how known factors of variation lie in the latents: MIG, DCI, SAP, FactorVAE, beta-VAE, modularity, IRS, PCA forms; UDR over seeds") { runs, split, checkpoint, codes, factors, metrics, discrete, bins, draws, seed, json, csv };
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(runs) ?? [];
            var (codesPath, factorsPath, splitName) = (parsed.GetValue(codes), parsed.GetValue(factors), parsed.GetRequiredValue(split));
            MustBeOneSource(named, codesPath, factorsPath);
            if (named.Length > 1)
            {
                var comparison = SeedComparison.Of(named, splitName, parsed.GetValue(checkpoint));
                var table = comparison.Report();
                Output.Write(parsed.GetValue(json), table, parsed.GetValue(csv), table["runs"]!.AsArray().Select(row => row!.AsObject()), comparison.Print);
                return Boundary.Success;
            }
            var wanted = Wanted(parsed.GetValue(metrics), parsed.GetRequiredValue(bins));
            var read = factorsPath is null ? null : ReadFactors(factorsPath, parsed.GetRequiredValue(discrete), parsed.GetRequiredValue(bins));
            using var trained = named is [var run] ? TrainedModel.Open(run, parsed.GetValue(checkpoint)) : null;
            var what = trained is null ? codesPath! : $"{trained.Folder.Name}, checkpoint {trained.Checkpoint}, {splitName} split";
            var data = trained is null ? OfArrays(codesPath!, read!) : OfRun(trained, splitName, read);
            var scores = Score(wanted, data, parsed.GetRequiredValue(seed), parsed.GetRequiredValue(draws));
            var report = DisentanglementReport.Json(what, data, parsed.GetRequiredValue(seed), scores);
            if (trained is not null) Store(trained, splitName, data.Count, report);
            Output.Write(parsed.GetValue(json), report, parsed.GetValue(csv), report["scores"]!.AsArray().Select(row => row!.AsObject()), () => DisentanglementReport.Print(what, data, scores));
            return Boundary.Success;
        });
        return command;
    }

    private static void MustBeOneSource(string[] runs, string? codes, string? factors)
    {
        if (codes is not null && runs.Length > 0) throw new UserException("both a run and --codes are given", "name one of them: a run has its own codes");
        if (codes is null && runs.Length == 0) throw new UserException("nothing is named to measure", "name a run, or arrays: --codes z.npy --factors f.npy");
        if (codes is not null && factors is null) throw new UserException("--codes needs the factors of the same rows", "add --factors f.npy, N rows of M numbers");
        if (runs.Length > 1 && factors is not null) throw new UserException("several runs are compared without factors", "name one run, or leave --factors out");
    }

    private static IReadOnlyList<IDisentanglementMetric> Wanted(string? names, int bins) =>
        [.. (names?.Split(',', StringSplitOptions.TrimEntries) ?? DisentanglementMetrics.Usual).Distinct().Select(name => DisentanglementMetrics.Of(name, bins))];

    private static IReadOnlyList<Factor> ReadFactors(string path, string discrete, int bins)
    {
        var table = NumberMatrix.Open(path);
        var chosen = Columns(discrete, table.Columns);
        return [.. Enumerable.Range(0, table.Columns).Select(k =>
        {
            var values = table.Column(k);
            var bad = Array.FindIndex(values, value => !double.IsFinite(value));
            if (bad >= 0) throw new UserException($"{path}: row {bad}, column {k} is {values[bad]}, which is no finite number", "leave such rows out of codes and factors");
            return Factor.Of($"{k}", values, chosen is null ? null : chosen.Contains(k) ? Factor.DiscreteKind(values) : FactorKind.Continuous, bins);
        })];
    }

    private static HashSet<int>? Columns(string discrete, int count)
    {
        if (discrete == "auto") return null;
        if (discrete == "none") return [];
        var columns = new HashSet<int>();
        foreach (var text in discrete.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, out var column) || column < 0 || column >= count) throw new UserException($"--discrete {discrete}: '{text}' is no column of the factors", $"use auto, none, or numbers from 0 to {count - 1}");
            columns.Add(column);
        }
        return columns;
    }

    private static FactoredCodes OfArrays(string path, IReadOnlyList<Factor> factors)
    {
        var codes = NumberMatrix.Open(path);
        return FactoredCodes.Of(codes.Values, codes.Columns, factors);
    }

    private static FactoredCodes OfRun(TrainedModel trained, string split, IReadOnlyList<Factor>? factors)
    {
        var data = Splits.Find(trained.Experiment.Data, split);
        factors ??= [.. data.Labels.Select(OfLabels)];
        if (factors.Count < 2) throw new UserException(
            $"{data.Name} has {(data.Labels.Count == 0 ? "no known factors of variation" : $"one known factor, {data.Labels[0].Name}; disentanglement is between two or more")}",
            $"name the factors of the {split} rows: --factors f.npy, or train on data with several: sprites, dsprites");
        using var counter = new Counter("encoding", data.Count);
        var codes = trained.Encode(data, counter);
        return FactoredCodes.Of([.. codes.Mean.Select(mean => (double)mean)], codes.LatentDim, factors);
    }

    // Names that are no numbers have no order.
    private static Factor OfLabels(LabelColumn label) =>
        Factor.Of(label.Name, [.. label.Codes.Select(code => (double)code)], label.Classes.All(name => double.TryParse(name, out _)) ? FactorKind.Ordered : FactorKind.Nominal);

    private static List<DisentanglementScore> Score(IReadOnlyList<IDisentanglementMetric> metrics, FactoredCodes data, int seed, int draws)
    {
        using var counter = new Counter("measuring", metrics.Count);
        var scores = new List<DisentanglementScore>();
        for (var n = 0; n < metrics.Count; n++)
        {
            scores.AddRange(Scoring.Run(metrics[n], data, seed, draws));
            counter.Report(n + 1);
        }
        return scores;
    }

    private static void Store(TrainedModel trained, string split, int rows, JsonObject report)
    {
        var entry = new MetricsEntry("disentangle", split, trained.Experiment.Data.Sha256, Estimator, new Dictionary<string, long> { ["examples"] = rows },
            trained.Checkpoint, TimeProvider.System.GetUtcNow(), (JsonObject)report.DeepClone(), trained.Step);
        new MetricsFile(trained.Folder.MetricsPath, TimeProvider.System).Append(entry, warning => Console.Error.WriteLine($"warning: {warning}"));
    }
}
