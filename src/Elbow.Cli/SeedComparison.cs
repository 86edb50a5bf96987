using System.Text.Json.Nodes;
using Elbow.Evaluation.Disentanglement;
using Elbow.Experiments;
using Elbow.Experiments.Comparison;
using Elbow.Experiments.Configuration;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>UDR: whether runs that differ in their seed found the same latents, on the rows of one split of the first run.</summary>
/// <remarks>The formula holds for other numbers of latents too, as only informative ones are counted, but the ranking that it was made for is of one configuration over
/// its seeds: runs that differ in more are compared and the difference is said.</remarks>
internal sealed class SeedComparison
{
    private readonly string[] names;
    private readonly string split;
    private readonly int rows;
    private readonly Udr rank;
    private readonly Udr lasso;
    private readonly int[] latents;

    private SeedComparison(string[] names, string split, int rows, Udr rank, Udr lasso, int[] latents, string? doubt) =>
        (this.names, this.split, this.rows, this.rank, this.lasso, this.latents, Doubt) = (names, split, rows, rank, lasso, latents, doubt);

    /// <summary>In what else than the seed the runs differ; null when in nothing else.</summary>
    internal string? Doubt { get; }

    /// <summary>Encodes and compares.</summary>
    /// <exception cref="UserException">Runs on other data.</exception>
    internal static SeedComparison Of(string[] runs, string split, string? checkpoint)
    {
        using var first = TrainedModel.Open(runs[0], checkpoint);
        // Splits are drawn with the seed of a run: the rows of one of them for all.
        var data = Splits.Find(first.Experiment.Data, split);
        var (names, models, differing) = (new List<string>(), new List<(double[] Codes, int LatentDim, bool[] Informative)>(), new List<string>());
        foreach (var run in runs)
        {
            using var opened = run == runs[0] ? null : TrainedModel.Open(run, checkpoint);
            var trained = opened ?? first;
            var own = trained.Experiment.Data;
            if (own.Sha256 != first.Experiment.Data.Sha256 || own.Train.Shape != data.Shape) throw new UserException(
                $"{trained.Folder.Name} was trained on other data than {first.Folder.Name}", "compare runs of one configuration that differ in training.seed");
            differing.AddRange(ConfigDiff.Between(first.Experiment.Config, trained.Experiment.Config).Select(difference => difference.Path).Where(path => path != SeedGroups.SeedPath));
            using var counter = new Counter($"encoding with {trained.Folder.Name}", data.Count);
            var codes = trained.Encode(data, counter);
            double[] mean = [.. codes.Mean.Select(value => (double)value)];
            models.Add((mean, codes.LatentDim, Udr.IsInformative(mean, codes.LogVar is null ? null : [.. codes.LogVar.Select(value => (double)value)], codes.LatentDim)));
            names.Add(trained.Folder.Name);
        }
        return new SeedComparison([.. names], split, data.Count, Udr.Of(models, lasso: false), Udr.Of(models, lasso: true), [.. models.Select(model => model.LatentDim)], InWords([.. differing.Distinct()]));
    }

    internal JsonObject Report() => new()
    {
        ["split"] = split,
        ["n"] = rows,
        ["udr"] = new JsonObject { ["spearman"] = Output.Json(rank.Mean), ["lasso"] = Output.Json(lasso.Mean) },
        ["runs"] = new JsonArray([.. names.Select((name, i) => (JsonNode)new JsonObject { ["run"] = name, ["latentDim"] = latents[i], ["informative"] = rank.Informative[i], ["spearman"] = rank.PerModel[i], ["lasso"] = lasso.PerModel[i] })]),
        ["pairs"] = new JsonObject { ["spearman"] = Table(rank.Pairs), ["lasso"] = Table(lasso.Pairs) },
        ["error"] = "jackknife over runs, which share their pairs; none for two runs, which are one pair",
        ["bias"] = "high when a run has one informative latent only; rank correlations of unrelated latents are of order 1/sqrt(n)",
        ["doubt"] = Doubt,
    };

    internal void Print()
    {
        Console.Out.WriteLine($"UDR over {names.Length} runs, {rows} rows of the {split} split of the first: 1 when all found the same latents up to order and sign{(names.Length < 5 ? "; five runs or more make it steadier" : "")}");
        Output.Table(["run", "latents", "informative", "UDR, rank correlation", "UDR, lasso"], names.Select((name, i) => (IReadOnlyList<string>)[name, $"{latents[i]}", $"{rank.Informative[i]}", $"{rank.PerModel[i]:F4}", $"{lasso.PerModel[i]:F4}"]));
        Console.Out.WriteLine($"mean over runs: {Text(rank.Mean)} by rank correlation, {Text(lasso.Mean)} by lasso ({(names.Length < 3 ? "two runs are one pair, whose error is not known" : "± from leaving out one run after the other")})");
        if (Doubt is not null) Console.Out.WriteLine($"note: {Doubt}");
    }

    private static string? InWords(string[] differing) => differing.Length == 0
        ? null
        : $"the runs differ in {string.Join(", ", differing.Take(5))}{(differing.Length > 5 ? $" and {differing.Length - 5} more keys" : "")}, not in training.seed alone: the numbers are the agreement of different settings, which ranks none of them";

    private static string Text(Estimate mean) => double.IsNaN(mean.StandardError) ? $"{mean.Value:F4}" : $"{mean.Value:F4} ± {mean.StandardError:F4}";

    private static JsonArray Table(double[,] pairs) => new([.. Enumerable.Range(0, pairs.GetLength(0)).Select(i =>
        (JsonNode)new JsonArray([.. Enumerable.Range(0, pairs.GetLength(1)).Select(j => double.IsNaN(pairs[i, j]) ? null : (JsonNode)pairs[i, j])]))]);
}
