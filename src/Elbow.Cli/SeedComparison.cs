using System.Text.Json.Nodes;
using Elbow.Evaluation.Disentanglement;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>UDR: whether runs that differ in their seed found the same latents, on the rows of one split of the first run.</summary>
internal sealed class SeedComparison
{
    private readonly string[] names;
    private readonly string split;
    private readonly int rows;
    private readonly Udr rank;
    private readonly Udr lasso;

    private SeedComparison(string[] names, string split, int rows, Udr rank, Udr lasso) => (this.names, this.split, this.rows, this.rank, this.lasso) = (names, split, rows, rank, lasso);

    /// <summary>Encodes and compares.</summary>
    /// <exception cref="UserException">Runs on other data.</exception>
    internal static SeedComparison Of(string[] runs, string split, string? checkpoint)
    {
        using var first = TrainedModel.Open(runs[0], checkpoint);
        // Splits are drawn with the seed of a run: the rows of one of them for all.
        var data = Splits.Find(first.Experiment.Data, split);
        var (names, models) = (new List<string>(), new List<(double[], int, bool[])>());
        foreach (var run in runs)
        {
            using var opened = run == runs[0] ? null : TrainedModel.Open(run, checkpoint);
            var trained = opened ?? first;
            var own = trained.Experiment.Data;
            if (own.Sha256 != first.Experiment.Data.Sha256 || own.Train.Shape != data.Shape) throw new UserException(
                $"{trained.Folder.Name} was trained on other data than {first.Folder.Name}", "compare runs of one configuration that differ in training.seed");
            using var counter = new Counter($"encoding with {trained.Folder.Name}", data.Count);
            var codes = trained.Encode(data, counter);
            double[] mean = [.. codes.Mean.Select(value => (double)value)];
            models.Add((mean, codes.LatentDim, Udr.IsInformative(mean, codes.LogVar is null ? null : [.. codes.LogVar.Select(value => (double)value)], codes.LatentDim)));
            names.Add(trained.Folder.Name);
        }
        return new SeedComparison([.. names], split, data.Count, Udr.Of(models, lasso: false), Udr.Of(models, lasso: true));
    }

    internal JsonObject Report() => new()
    {
        ["split"] = split,
        ["n"] = rows,
        ["udr"] = new JsonObject { ["spearman"] = Output.Json(rank.Mean), ["lasso"] = Output.Json(lasso.Mean) },
        ["runs"] = new JsonArray([.. names.Select((name, i) => (JsonNode)new JsonObject { ["run"] = name, ["informative"] = rank.Informative[i], ["spearman"] = rank.PerModel[i], ["lasso"] = lasso.PerModel[i] })]),
        ["pairs"] = new JsonObject { ["spearman"] = Table(rank.Pairs), ["lasso"] = Table(lasso.Pairs) },
        ["error"] = "jackknife over runs, which share their pairs; none for two runs, which are one pair",
        ["bias"] = "high when a run has one informative latent only; rank correlations of unrelated latents are of order 1/sqrt(n)",
    };

    internal void Print()
    {
        Console.Out.WriteLine($"UDR over {names.Length} runs, {rows} rows of the {split} split of the first: 1 when all found the same latents up to order and sign{(names.Length < 5 ? "; five runs or more make it steadier" : "")}");
        Output.Table(["run", "informative latents", "UDR, rank correlation", "UDR, lasso"], names.Select((name, i) => (IReadOnlyList<string>)[name, $"{rank.Informative[i]}", $"{rank.PerModel[i]:F4}", $"{lasso.PerModel[i]:F4}"]));
        Console.Out.WriteLine($"mean over runs: {Text(rank.Mean)} by rank correlation, {Text(lasso.Mean)} by lasso ({(names.Length < 3 ? "two runs are one pair, whose error is not known" : "± from leaving out one run after the other")})");
    }

    private static string Text(Estimate mean) => double.IsNaN(mean.StandardError) ? $"{mean.Value:F4}" : $"{mean.Value:F4} ± {mean.StandardError:F4}";

    private static JsonArray Table(double[,] pairs) => new([.. Enumerable.Range(0, pairs.GetLength(0)).Select(i =>
        (JsonNode)new JsonArray([.. Enumerable.Range(0, pairs.GetLength(1)).Select(j => double.IsNaN(pairs[i, j]) ? null : (JsonNode)pairs[i, j])]))]);
}
