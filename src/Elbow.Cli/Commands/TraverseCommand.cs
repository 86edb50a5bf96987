using System.CommandLine;
using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Models;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow traverse RUN --out FILE</c></summary>
internal static class TraverseCommand
{
    private const int MostByDefault = 20, DrawsOfQuantiles = 10_000;

    internal static Command Create()
    {
        var latents = new Option<string?>("--latents") { Description = $"which latents move, from 0, for example 0,3,4; by default all, at most {MostByDefault}", HelpName = "LIST" };
        var range = new Option<double>("--range") { Description = "each takes values from -R to R", DefaultValueFactory = _ => 3, HelpName = "R" }.Between(1e-6, 1e6);
        var steps = new Option<int>("--steps") { Description = "values for each latent", DefaultValueFactory = _ => 9, HelpName = "N" }.Between(2, 1000);
        var quantiles = new Option<bool>("--quantiles") { Description = "each runs from the 1 % to the 99 % quantile of its own draws over the training data, not from -R to R" };
        var index = new Option<int?>("--index") { Description = "start from the code of this row of the split instead of the mean of the prior", HelpName = "ROW" };
        var split = RunArgument.Split();
        const string description = "decode while one latent after the other moves: a row of pictures for each";
        return new DecodingCommand("traverse", description, latents, range, steps, quantiles, index, split).Does((parsed, trained, file) =>
        {
            var (shape, R, S) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(range), parsed.GetRequiredValue(steps));
            var moved = Latents(parsed.GetValue(latents), trained.Experiment.Model);
            file.MustHold(shape, (long)moved.Count * S);
            var start = trained.Arrays.PriorMean();
            if (parsed.GetValue(index) is { } row) start = Splits.Code(trained, parsed.GetRequiredValue(split), row, "--index");
            var byQuantiles = parsed.GetValue(quantiles);
            var values = byQuantiles ? Quantiles(trained, moved, S) : [.. moved.Select(_ => Enumerable.Range(0, S).Select(step => LatentPath.Value(R, step, S)).ToArray())];
            var x = trained.Arrays.Decode(LatentPath.Traverse(start, moved, values));
            file.Decoded(trained, x, [moved.Count, S], (low, high) => ImageGrid.Png(x, shape, S, low, high),
                Column("latent", moved.SelectMany(latent => Enumerable.Repeat($"{latent}", S))),
                Column("z", values.SelectMany(ofOne => ofOne.Select(value => $"{value}"))));
            return $"latents {string.Join(",", moved)} from {(byQuantiles ? "the 1 % to the 99 % quantile" : $"{-R} to {R}")} in {S} steps{(file.Kind == "png" ? ", a row for each" : "")}";
        });
    }

    private static List<float[]> Quantiles(TrainedModel trained, List<int> moved, int steps)
    {
        var codes = trained.DrawLatents(LatentSource.Joint, DrawsOfQuantiles, Seeds.For(1, "quantiles"));
        return [.. moved.Select(latent => LatentPath.Quantiles(codes, trained.Arrays.LatentDim, latent, steps))];
    }

    private static List<int> Latents(string? list, LatentVariableModel model)
    {
        var (latentDim, decoded) = (model.LatentDim, model.DecodedLatents);
        if (list is null) return [.. Enumerable.Range(0, Math.Min(decoded, MostByDefault))];
        var moved = new List<int>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, out var latent) || latent < 0 || latent >= latentDim)
            {
                throw new UserException($"--latents: the model has no latent '{text}'", $"use numbers from 0 to {latentDim - 1}, separated by commas");
            }
            if (latent >= decoded) throw new UserException($"--latents: the decoder does not see latent {latent} of an upper layer", $"use numbers from 0 to {decoded - 1}");
            moved.Add(latent);
        }
        return moved;
    }

    private static LabelColumn Column(string name, IEnumerable<string> texts)
    {
        string[] classes = [.. texts];
        return new LabelColumn(name, [.. Enumerable.Range(0, classes.Length)], classes);
    }
}
