using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Experiments;
using Elbow.Priors;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow evaluate RUN</c></summary>
internal static class EvaluateCommand
{
    internal static Command Create()
    {
        var run = RunArgument.Create();
        var split = RunArgument.Split();
        var checkpoint = RunArgument.Checkpoint();
        var nll = new Option<long>("--nll") { Description = "importance samples for each example for the negative log-likelihood; 0 for none", DefaultValueFactory = _ => 0, HelpName = "K" }.Between(0, 10_000_000);
        var samples = new Option<long>("--samples") { Description = "samples of z for each example in the ELBO", DefaultValueFactory = _ => 10, HelpName = "S" }.Between(1, 1_000_000);
        var seed = new Option<long>("--seed") { Description = "seed of the samples", DefaultValueFactory = _ => 1, HelpName = "N" };
        var sets = new RunMetrics();
        var (json, csv) = (Output.Json(), Output.Csv());
        var command = new Command("evaluate", "ELBO and its parts, likelihood by importance sampling and by annealing, bits per dimension, squared error") { run, split, checkpoint, nll, samples, seed, json, csv };
        var annealed = new Annealed();
        foreach (var option in annealed.Options) command.Add(option);
        sets.AddTo(command);
        command.SetAction(parsed =>
        {
            var metrics = sets.Chosen(parsed);
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var name = parsed.GetRequiredValue(split);
            var data = Splits.Find(trained.Experiment.Data, name);
            using var counter = new Counter("evaluating", data.Count);
            var (result, scores) = SplitEvaluation.RunEach(trained, data, parsed.GetRequiredValue(samples), parsed.GetRequiredValue(nll), parsed.GetRequiredValue(seed), counter);
            counter.Dispose();
            annealed.Run(parsed, trained, data, parsed.GetRequiredValue(seed));
            var report = Report(trained, name, result);
            annealed.Report(report);
            Action printMetrics = () => { };
            if (metrics is not null) (report["metrics"], printMetrics) = sets.Measure(parsed, metrics, trained, data, parsed.GetRequiredValue(seed));
            var stored = (JsonObject)report.DeepClone();
            var exact = ExactLinear.Of(trained.Experiment, data);
            if (exact is not null) report["exact"] = new JsonObject { ["logLikelihood"] = exact.LogLikelihood, ["elbo"] = exact.Elbo, ["entropySum"] = exact.EntropySum, ["optimum"] = exact.Optimum };
            annealed.Warn();
            // Neither a folder that cannot be written nor a closed stdout swallows what may have taken an hour.
            try
            {
                Output.Write(parsed.GetValue(json), report, parsed.GetValue(csv), CsvTable.Estimates(report, ("run", trained.Folder.Name), ("split", name)), () =>
                {
                    Print(trained, name, result, exact, annealed.Rows());
                    printMetrics();
                });
            }
            finally
            {
                Store(trained, name, result, scores, parsed.GetRequiredValue(samples), stored);
            }
            return Boundary.Success;
        });
        return command;
    }

    internal static JsonObject Report(TrainedModel trained, string split, SplitEvaluation result)
    {
        var nll = Output.Json(result.Nll);
        if (nll is not null) nll["k"] = result.NllSamples;
        var report = new JsonObject
        {
            ["run"] = trained.Folder.Name,
            ["split"] = split,
            ["n"] = result.N,
            ["elbo"] = Output.Json(result.Elbo),
            ["reconstruction"] = Output.Json(result.Reconstruction),
            ["kl"] = Output.Json(result.Kl),
            ["nll"] = nll,
            ["bitsPerDim"] = Output.Json(result.BitsPerDim),
            ["mse"] = Output.Json(result.Mse),
            ["dataSha256"] = trained.Experiment.Data.Sha256,
            ["binarisation"] = trained.Experiment.Config.Data.Binarise.ToString() is var kind ? char.ToLowerInvariant(kind[0]) + kind[1..] : null,
        };
        if (result.EntropySum is not null) report["entropySum"] = Output.Json(result.EntropySum);
        if (trained.Experiment.Model.Prior is ISurrogate { Surrogate: var surrogate }) report["surrogatePrior"] = surrogate;
        return report;
    }

    internal static void Print(TrainedModel trained, string split, SplitEvaluation result, ExactLinear? exact = null, IEnumerable<IReadOnlyList<string>>? annealed = null)
    {
        Console.Out.WriteLine($"{trained.Folder.Name}, checkpoint {trained.Checkpoint}, {split} split, {result.N} examples, nats per example");
        List<IReadOnlyList<string>> rows = result is { Elbo: { } elbo, Kl: { } kl }
            ? [Row("ELBO", elbo, "lower bound on log p(x), unbiased"), Row("  reconstruction", result.Reconstruction, "E_q log p(x|z)"), Row("  KL", kl, "KL(q(z|x) || p(z))")]
            : [Row("reconstruction", result.Reconstruction, "log p(x|z) at the code")];
        if (result.Nll is { } nll) rows.Add(Row($"NLL ({result.NllSamples})", nll, "importance sampling, high in expectation"));
        rows.AddRange(annealed ?? []);
        if (result.EntropySum is { } entropies) rows.Add(Row("entropy sum", entropies, "the ELBO where variances are stationary, on training data; no bound"));
        if (result.BitsPerDim is { } bits) rows.Add(["bits/dim", $"{bits.Value:F4}", $"{bits.StandardError:F4}", result.Nll is null ? "from the ELBO" : "from the NLL"]);
        rows.Add(["MSE", $"{result.Mse.Value:G5}", $"{result.Mse.StandardError:G2}", "per dimension, at the posterior mean"]);
        if (exact is not null)
        {
            rows.Add(["log p(x)", $"{exact.LogLikelihood:F5}", "", "exact, the model is linear"]);
            rows.Add(["ELBO", $"{exact.Elbo:F5}", "", "exact"]);
            rows.Add(["entropy sum", $"{exact.EntropySum:F5}", "", "the ELBO at a stationary point"]);
            rows.Add(["PCA", $"{exact.Optimum:F5}", "", "largest log p(x) of as many latents on this split"]);
        }
        Output.Table(["", "value", "se", "what"], rows);
        if (result.Note is { } note) Console.Out.WriteLine($"note: {note}");
        if (trained.Experiment.Model.Prior is ISurrogate { Surrogate: var surrogate }) Console.Out.WriteLine($"log p(z) is that of a surrogate: {surrogate}");
    }

    private static IReadOnlyList<string> Row(string name, Estimate value, string what) => [name, $"{value.Value:F3}", $"{value.StandardError:F3}", what];

    /// <summary>Adds a result to the run's metrics.json, and what each example scored to its scores/.</summary>
    internal static MetricsEntry Store(TrainedModel trained, string split, SplitEvaluation result, ExampleScores scores, long samples, JsonObject report)
    {
        string[] estimators = [result.Elbo is null ? "reconstruction" : "elbo", .. result.Nll is null ? Array.Empty<string>() : ["importance sampling"], .. report["ais"] is null ? Array.Empty<string>() : ["annealed importance sampling"]];
        scores.Write(ExampleScores.PathOf(trained.Folder, split, trained.Checkpoint));
        var values = (JsonObject)report.DeepClone();
        values["dimensions"] = trained.Experiment.Data.Train.Shape.Size;
        values["examplesSha256"] = scores.Sha256;
        var entry = new MetricsEntry("evaluate", split, trained.Experiment.Data.Sha256, string.Join(" + ", estimators),
            new Dictionary<string, long> { ["examples"] = result.N, ["elboSamples"] = samples, ["nllSamples"] = result.NllSamples },
            trained.Checkpoint, TimeProvider.System.GetUtcNow(), values, trained.Step);
        new MetricsFile(trained.Folder.MetricsPath, TimeProvider.System).Append(entry, warning => Console.Error.WriteLine($"warning: {warning}"));
        return entry;
    }
}
