using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Diagnostics;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Priors;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow refit-prior RUN --prior CONFIG...</c></summary>
internal static class RefitPriorCommand
{
    internal static Command Create()
    {
        var defaults = new PriorRefit.Options();
        var run = RunArgument.Create();
        var split = RunArgument.Split();
        var checkpoint = RunArgument.Checkpoint();
        var priors = PriorArgument.Option();
        var nll = new Option<long>("--nll") { Description = "importance samples for each example; 0 for no likelihood", DefaultValueFactory = _ => 100, HelpName = "K" }.Between(0, 10_000_000);
        var epochs = new Option<int>("--epochs") { Description = "epochs of each fit at most", DefaultValueFactory = _ => defaults.Epochs, HelpName = "N" }.Between(1, 1_000_000);
        var patience = new Option<int>("--patience") { Description = "epochs without improvement that are borne", DefaultValueFactory = _ => defaults.Patience, HelpName = "N" }.Between(0, 1_000_000);
        var rate = new Option<double>("--lr") { Description = "learning rate of each fit", DefaultValueFactory = _ => defaults.Lr, HelpName = "LR" }.Between(1e-9, 10);
        var seed = new Option<long>("--seed") { Description = "seed of the fits and of all draws", DefaultValueFactory = _ => 1, HelpName = "N" };
        var store = new Option<string?>("--out") { Description = "folder in which a run is made of each fitted prior with the encoder and decoder as they are", HelpName = "DIR" };
        var (json, csv) = (Output.Json(), Output.Csv());
        var command = new Command("refit-prior", "fit other priors to a run's codes, encoder and decoder as they are, and compare them with its own")
        {
            run, priors, split, checkpoint, nll, epochs, patience, rate, seed, store, json, csv,
        };
        command.SetAction(parsed =>
        {
            PriorConfig[] configs = [.. parsed.GetRequiredValue(priors).Select(PriorArgument.Read)];
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var name = parsed.GetRequiredValue(split);
            var start = parsed.GetRequiredValue(seed);
            var options = new PriorRefit.Options { Epochs = parsed.GetRequiredValue(epochs), Patience = parsed.GetRequiredValue(patience), Lr = parsed.GetRequiredValue(rate), Seed = start };
            var experiment = trained.Experiment;
            if (parsed.GetValue(store) is not null)
            {
                foreach (var config in configs) RefittedRun.Config(experiment.Config, config);
            }
            var measured = Splits.Find(experiment.Data, name);
            using var training = FrozenCodes.Of(experiment, experiment.Data.Train.AtEpoch(0));
            using var validation = experiment.Data.Validation is { } held ? FrozenCodes.Of(experiment, held) : null;
            using var scoring = new PriorScoring(experiment, measured, training, start) { NllSamples = parsed.GetRequiredValue(nll), Holes = new HoleOptions { Seed = start } };
            var runs = new List<string?> { null };
            var scores = new List<PriorScore> { Score(experiment.Config.Model.Prior, experiment.Model.Prior, null) };
            foreach (var config in configs)
            {
                using var counter = new Counter($"fitting {ConfigKind.NameOf(config)}: epoch", options.Epochs);
                using var fit = PriorRefit.Fit(experiment, config, training, validation, options, counter);
                counter.Dispose();
                scores.Add(Score(config, fit.Prior, fit));
                runs.Add(parsed.GetValue(store) is { } folder ? RefittedRun.Save(trained, fit, folder, Environment.GetCommandLineArgs()[1..]) : null);
            }
            var report = Report(trained, name, scoring, scores, runs);
            Store(trained, name, scoring, report);
            Output.Write(parsed.GetValue(json), report, parsed.GetValue(csv), report["priors"]!.AsArray().Select(row => row!.AsObject()), () => Print(trained, name, scoring, scores, runs));
            return Boundary.Success;

            PriorScore Score(PriorConfig config, IPrior prior, PriorRefit? fit)
            {
                using var counter = new Counter($"measuring {ConfigKind.NameOf(config)}", measured.Count);
                return scoring.Of(config, prior, fit, counter);
            }
        });
        return command;
    }

    private static JsonObject Report(TrainedModel trained, string split, PriorScoring scoring, IReadOnlyList<PriorScore> scores, IReadOnlyList<string?> runs) => new()
    {
        ["run"] = trained.Folder.Name,
        ["split"] = split,
        ["n"] = scoring.Count,
        ["mutualInformation"] = Output.Json(scoring.Information),
        ["entropyAggregate"] = Output.Json(scoring.Entropy),
        ["priors"] = new JsonArray([.. scores.Zip(runs, (score, folder) => Json(score, scoring.NllSamples, folder))]),
        ["note"] = scoring.Note,
        ["dataSha256"] = trained.Experiment.Data.Sha256,
    };

    private static JsonObject Json(PriorScore score, long nllSamples, string? run)
    {
        var marginal = Output.Json(score.MarginalKl);
        if (marginal is not null) marginal["lower"] = score.MarginalKlLower;
        var nll = Output.Json(score.Nll);
        if (nll is not null) nll["k"] = nllSamples;
        return new JsonObject
        {
            ["name"] = score.Name,
            ["own"] = score.Fit is null,
            ["config"] = JsonNode.Parse(ConfigWriter.Write(score.Config)),
            ["fit"] = score.Fit is not { } fit ? null : new JsonObject
            {
                ["parameters"] = fit.Parameters, ["epochs"] = fit.Validation.Count - 1, ["bestEpoch"] = fit.BestEpoch,
                ["validation"] = new JsonArray([.. fit.Validation.Select(value => (JsonNode)value)]),
            },
            ["omega"] = Output.Json(score.Omega),
            ["crossEntropy"] = Output.Json(score.CrossEntropy),
            ["marginalKl"] = marginal,
            ["holes"] = score.Holes?.ToJson(),
            ["elbo"] = Output.Json(score.Elbo),
            ["nll"] = nll,
            ["samples"] = new JsonObject
            {
                ["test"] = score.Samples.Test, ["statistic"] = score.Samples.Statistic, ["nullMean"] = score.Samples.NullMean, ["nullDeviation"] = score.Samples.NullDeviation,
                ["pValue"] = score.Samples.PValue, ["fromPrior"] = score.Samples.FromQ, ["fromData"] = score.Samples.FromP,
            },
            ["surrogate"] = score.Surrogate,
            ["run"] = run,
        };
    }

    private static void Print(TrainedModel trained, string split, PriorScoring scoring, IReadOnlyList<PriorScore> scores, IReadOnlyList<string?> runs)
    {
        Console.Out.WriteLine($"{trained.Folder.Name}, checkpoint {trained.Checkpoint}, {split} split, {scoring.Count} examples, nats per example; ± is the standard error");
        if (scoring.Information is { } information)
            Console.Out.WriteLine($"I(x;z) = {information}, at most log N = {Math.Log(scoring.Count):F2}: no prior makes omega larger than -I, and q(z) itself would reach it");
        Output.Table(["prior", "epoch", "omega", "cross-entropy", "KL(q(z)||p)", "mass in holes", "if q = p", $"NLL ({scoring.NllSamples})", "MMD of samples", "if none differed"], scores.Select(Row));
        Console.Out.WriteLine("omega = -E KL(q(z|x)||p) = -I - KL(q(z)||p); holes: share of the prior's mass that the training codes leave empty; MMD: new data against the split, smaller is better");
        if (scoring.Note is { } note) Console.Out.WriteLine($"note: {note}");
        foreach (var score in scores.Where(score => score.Surrogate is not null)) Console.Out.WriteLine($"{score.Name}: log p(z) is that of a surrogate: {score.Surrogate}");
        foreach (var folder in runs.OfType<string>()) Console.Out.WriteLine(folder);
    }

    private static IReadOnlyList<string> Row(PriorScore score) =>
    [
        score.Fit is null ? $"{score.Name} (own)" : score.Name,
        score.Fit is { Parameters: > 0 } fit ? $"{fit.BestEpoch}" : "",
        Text(score.Omega), Text(score.CrossEntropy), Text(score.MarginalKl),
        score.Holes is { } holes ? $"{holes.PriorMass.Value:F3} ± {holes.PriorMass.StandardError:F3}" : "",
        score.Holes is { NullBand: var (low, high) } ? $"{low:F3} to {high:F3}" : "",
        Text(score.Nll),
        $"{score.Samples.Statistic:F4}", $"{score.Samples.NullMean:F4} ± {score.Samples.NullDeviation:F4}",
    ];

    private static string Text(Estimate? estimate) => estimate?.ToString() ?? "";

    private static void Store(TrainedModel trained, string split, PriorScoring scoring, JsonObject report)
    {
        var entry = new MetricsEntry("refit-prior", split, trained.Experiment.Data.Sha256, "exact aggregated posterior, elbo + importance sampling, MMD",
            new Dictionary<string, long> { ["examples"] = scoring.Count, ["nllSamples"] = scoring.NllSamples, ["holeSamples"] = scoring.Holes.Samples },
            trained.Checkpoint, TimeProvider.System.GetUtcNow(), (JsonObject)report.DeepClone(), trained.Step);
        new MetricsFile(trained.Folder.MetricsPath, TimeProvider.System).Append(entry, warning => Console.Error.WriteLine($"warning: {warning}"));
    }
}
