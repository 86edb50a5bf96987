using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow compare RUN RUN ...</c></summary>
internal static class CompareCommand
{
    private const int Samples = 10;
    private const string WithoutBic = "BIC counts the parameters of a linear decoder with one learned variance; the weights of a network are not determined by the data, so that their number is no such count";
    private static readonly (string Key, string Heading)[] Known = [("elbo", "ELBO"), ("reconstruction", "recon"), ("kl", "KL"), ("nll", "NLL"), ("bitsPerDim", "bits/dim"), ("mse", "MSE"), ("entropySum", "entropy sum")];
    private static readonly (string Option, string Key)[] Criteria =
        [("elbo", "elbo"), ("entropy-sum", "entropySum"), ("bic", "bic"), ("bic-authors", "bicAuthors"), ("bic-entropy-sum", "bicEntropySum"), ("bic-entropy-sum-authors", "bicEntropySumAuthors"), ("nll", "nll")];

    internal static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "run folders", HelpName = "RUN", Arity = ArgumentArity.OneOrMore };
        var split = RunArgument.Split();
        var by = new Option<string>("--by") { Description = $"what to rank by: {string.Join(", ", Criteria.Select(criterion => criterion.Option))}", DefaultValueFactory = _ => Criteria[0].Option, HelpName = "VALUE" };
        by.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } word && Criteria.All(criterion => criterion.Option != word))
                result.AddError($"--by {word}: there is no such value; use {string.Join(", ", Criteria.Select(criterion => criterion.Option))}");
        });
        var (json, csv) = (Output.Json(), Output.Csv());
        var command = new Command("compare", "runs side by side: seeds grouped, mean and standard deviation, paired differences, a ranking with ties, what differs in the configurations") { runs, split, by, json, csv };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(split);
            var comparison = RunComparison.Of([.. parsed.GetRequiredValue(runs).Select(path => Score(path, name))]);
            foreach (var warning in comparison.Warnings) Console.Error.WriteLine($"warning: {warning}");
            var criterion = Criteria.First(criterion => criterion.Option == parsed.GetRequiredValue(by));
            // Unasked, there may be nothing to rank by: models without an ELBO still stand side by side.
            if (parsed.GetResult(by) is { Implicit: false }) MustHave(comparison, criterion);
            var report = Report(comparison, name, criterion.Key);
            Output.Write(parsed.GetValue(json), report, parsed.GetValue(csv), Rows(report), () => Print(comparison, name, criterion.Key));
            return Boundary.Success;
        });
        return command;
    }

    // The newest stored evaluation of the weights that the run has now; made now when there is none.
    private static RunScore Score(string path, string split)
    {
        var folder = RunFolder.Open(path);
        MetricsEntry[] entries = [.. new MetricsFile(folder.MetricsPath, TimeProvider.System).Read().Where(entry => entry.Kind == "evaluate" && entry.Split == split && IsOfNow(folder, entry))];
        var entry = entries.LastOrDefault();
        if (entry is null)
        {
            Console.Error.WriteLine($"{folder.Name} has no evaluation of the {split} split as it is now: evaluating it now ({Samples} samples of z, no NLL)");
            using var trained = TrainedModel.Open(path);
            var data = Splits.Find(trained.Experiment.Data, split);
            using var counter = new Counter("evaluating", data.Count);
            var (result, scores) = SplitEvaluation.RunEach(trained, data, Samples, nllSamples: 0, seed: 1, counter);
            counter.Dispose();
            entry = EvaluateCommand.Store(trained, split, result, scores, Samples, EvaluateCommand.Report(trained, split, result));
        }
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(folder.ConfigPath), null, folder.ConfigPath);
        var values = Known.Select(value => (value.Key, Estimate: Read(entry.Values[value.Key]))).Where(value => value.Estimate is not null).ToDictionary(value => value.Key, value => value.Estimate!.Value);
        // An evaluation without a likelihood does not take back the one before.
        var likelihood = entries.LastOrDefault(one => one.Checkpoint == entry.Checkpoint && one.DataSha256 == entry.DataSha256 && one.SampleCounts.GetValueOrDefault("nllSamples") > 0) ?? entry;
        foreach (var key in new[] { "nll", "bitsPerDim" }) if (Read(likelihood.Values[key]) is { } value) values[key] = value;
        var score = new RunScore(folder.Name, config, entry.DataSha256, entry.Checkpoint, likelihood.SampleCounts.GetValueOrDefault("nllSamples"), values)
        {
            Count = (int)entry.SampleCounts.GetValueOrDefault("examples"),
            Examples = Examples(folder, split, entry),
        };
        return entry.Values["dimensions"] is { } dimensions && score.Count > 0 ? score.WithBic(dimensions.GetValue<int>()) : score;
    }

    // Null when the file is gone or of another evaluation than this one.
    private static ExampleScores? Examples(RunFolder folder, string split, MetricsEntry entry)
    {
        if (entry.Values["examplesSha256"]?.GetValue<string>() is not { } hash) return null;
        var scores = ExampleScores.Read(ExampleScores.PathOf(folder, split, entry.Checkpoint), hash);
        return scores is not null && scores.Columns.All(column => Read(entry.Values[column.Key]) is { } mean && Estimate.Of(column.Value).Value == mean.Value) ? scores : null;
    }

    private static void MustHave(RunComparison comparison, (string Option, string Key) criterion)
    {
        string[] without = [.. comparison.Groups.SelectMany(group => group.Runs).Where(run => !run.Values.ContainsKey(criterion.Key)).Select(run => run.Run)];
        if (without.Length == 0) return;
        throw new UserException($"--by {criterion.Option}: {string.Join(", ", without)} {(without.Length == 1 ? "has" : "have")} no such value", criterion.Key switch
        {
            "nll" => "run elbow evaluate with --nll 1000 on each first",
            "entropySum" => "the entropy sum needs a Gaussian posterior and prior and a Gaussian decoder with learned variance, and an evaluation that has it: run elbow evaluate again",
            "elbo" => "a deterministic encoder has no ELBO: compare by what the table shows",
            _ => $"{WithoutBic}; use elbo or nll on held-out data. If the decoder is linear, run elbow evaluate again",
        });
    }

    // A run that was trained on after an evaluation has other weights under the same name. Entries without a step are from before it was kept.
    private static bool IsOfNow(RunFolder folder, MetricsEntry entry) =>
        folder.ListCheckpoints().Contains(entry.Checkpoint) && (entry.Step is not { } step || step == Checkpoint.ReadState(folder.FindCheckpoint(entry.Checkpoint)).Step);

    private static Estimate? Read(JsonNode? node) => node is null ? null : new Estimate(Value(node["value"]), Value(node["se"]));

    // What is not finite is written as text.
    private static double Value(JsonNode? node) =>
        node is null ? double.NaN : node.GetValueKind() == JsonValueKind.String ? double.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture) : node.GetValue<double>();

    private static JsonObject Report(RunComparison comparison, string split, string by) => new()
    {
        ["split"] = split,
        ["groups"] = Array(comparison.Groups, group => new JsonObject
        {
            ["name"] = group.Name,
            ["runs"] = Array(group.Runs, run => Values(new JsonObject { ["run"] = run.Run, ["seed"] = run.Seed, ["nllSamples"] = run.NllSamples }, run.Values, value => Output.Json(value))),
            ["values"] = Values([], group.Values, value => new JsonObject { ["mean"] = value.Mean, ["sd"] = Number(value.Deviation), ["runs"] = value.Runs }),
        }),
        ["differences"] = Array(comparison.Differences, difference => new JsonObject
        {
            ["group"] = difference.Group,
            ["against"] = difference.Against,
            ["seeds"] = new JsonArray([.. difference.Seeds.Select(seed => (JsonNode)seed)]),
            ["values"] = Values([], difference.Values, Json),
        }),
        ["by"] = by,
        ["rankings"] = Array(comparison.Rankings, ranking => new JsonObject
        {
            ["by"] = ranking.By,
            ["higherIsBetter"] = ranking.HigherIsBetter,
            ["groups"] = Array(ranking.Groups, group => new JsonObject
            {
                ["rank"] = group.Rank,
                ["group"] = group.Group,
                ["mean"] = group.Value.Mean,
                ["sd"] = Number(group.Value.Deviation),
                ["runs"] = group.Value.Runs,
                ["toBest"] = group.ToBest is { } difference ? Json(difference) : null,
                ["tiedWith"] = new JsonArray([.. group.TiedWith.Select(name => (JsonNode)name)]),
            }),
        }),
        ["config"] = Array(comparison.Config, column => Values(
            new JsonObject { ["path"] = column.Path },
            comparison.Groups.Zip(column.Values).ToDictionary(pair => pair.First.Name, pair => pair.Second),
            text => text is null ? null : JsonNode.Parse(text))),
        ["warnings"] = new JsonArray([.. comparison.Warnings.Select(warning => (JsonNode)warning)]),
    };

    // A row for each run, its group in front.
    private static IEnumerable<JsonObject> Rows(JsonObject report) =>
        from @group in report["groups"]!.AsArray()
        from run in @group["runs"]!.AsArray()
        select CsvTable.Row([("group", @group["name"]), .. run.AsObject().Select(pair => (pair.Key, pair.Value))]);

    private static void Print(RunComparison comparison, string split, string by)
    {
        var shown = Known.Where(value => comparison.Groups.Any(group => group.Runs.Any(run => run.Values.ContainsKey(value.Key)))).ToArray();
        string[] headings = [.. shown.Select(value => value.Heading)];
        Console.Out.WriteLine($"{split} split, nats per example (bits/dim and MSE per dimension); ± is the standard error over examples");
        Output.Table(["run", "group", "seed", .. headings], comparison.Groups.SelectMany(group => group.Runs.Select(run =>
            (IReadOnlyList<string>)[run.Run, group.Name, $"{run.Seed}", .. shown.Select(value => run.Values.TryGetValue(value.Key, out var score) ? Text(value.Key, score.Value, score.StandardError) : "")])));
        if (comparison.Groups.Any(group => group.Runs.Count > 1))
        {
            Console.Out.WriteLine("groups; ± is the standard deviation over seeds");
            Output.Table(["group", "runs", .. headings], comparison.Groups.Select(group =>
                (IReadOnlyList<string>)[group.Name, $"{group.Runs.Count}", .. shown.Select(value => group.Values.TryGetValue(value.Key, out var spread) ? Text(value.Key, spread.Mean, spread.Deviation) : "")]));
        }
        if (comparison.Differences.Count > 0)
        {
            Console.Out.WriteLine("differences; ± is their standard error over the examples (e) that both were judged by, over paired (s) or unpaired (u) seeds, or both (b)");
            Output.Table(["groups", "seeds", .. headings], comparison.Differences.Where(difference => difference.Values.Count > 0).Select(difference =>
                (IReadOnlyList<string>)[$"{difference.Group} - {difference.Against}", $"{difference.Seeds.Count}", .. shown.Select(value => difference.Values.TryGetValue(value.Key, out var gap) ? Text(value.Key, gap) : "")]));
            foreach (var ranking in comparison.Rankings.Where(ranking => ranking.By == by)) Print(ranking);
            if (comparison.Groups.SelectMany(group => group.Runs).Any(run => !run.Values.ContainsKey("bic"))) Console.Out.WriteLine($"note: runs without BIC: {WithoutBic}");
            Console.Out.WriteLine("configurations");
            Output.Table(["key", .. comparison.Groups.Select(group => group.Name)], comparison.Config.Select(column => (IReadOnlyList<string>)[column.Path, .. column.Values.Select(value => value ?? "-")]));
        }
    }

    private static void Print(RunRanking ranking)
    {
        Console.Out.WriteLine($"ranking by {ranking.By}, {(ranking.HigherIsBetter ? "higher" : "lower")} is better; groups within two standard errors of each other are ties");
        Output.Table(["rank", "group", ranking.By, "from the best", "tied with"], ranking.Groups.Select(group =>
            (IReadOnlyList<string>)[$"{group.Rank}", group.Group, Text(ranking.By, group.Value.Mean, group.Value.Deviation), group.ToBest is { } difference ? Text(ranking.By, difference) : "", string.Join(", ", group.TiedWith)]));
    }

    private static string Text(string key, Difference difference) => Text(key, difference.Value, difference.StandardError) + difference.Over switch
    {
        DifferenceOver.Examples => " e",
        DifferenceOver.Seeds => " s",
        DifferenceOver.UnpairedSeeds => " u",
        DifferenceOver.ExamplesAndSeeds => " b",
        _ => "",
    };

    private static JsonObject Json(Difference difference) => new()
    {
        ["value"] = difference.Value,
        ["se"] = Number(difference.StandardError),
        ["over"] = difference.Over.ToString() is var name ? char.ToLowerInvariant(name[0]) + name[1..] : null,
    };

    private static string Text(string key, double value, double error)
    {
        // Squared errors have the scale of the data: four digits wherever the point stands.
        var digits = key switch { "bitsPerDim" => 4, "mse" => value == 0 ? 4 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 12), _ => 2 };
        return double.IsNaN(error) ? value.ToString($"F{digits}") : $"{value.ToString($"F{digits}")} ± {error.ToString($"F{digits}")}";
    }

    private static JsonNode? Number(double value) => double.IsNaN(value) ? null : value;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> node) => new([.. items.Select(node)]);

    private static JsonObject Values<T>(JsonObject into, IReadOnlyDictionary<string, T> values, Func<T, JsonNode?> node)
    {
        foreach (var (key, value) in values) into[key] = node(value);
        return into;
    }
}
