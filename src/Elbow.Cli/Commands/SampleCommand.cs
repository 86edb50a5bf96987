using System.CommandLine;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow sample RUN --out FILE</c></summary>
internal static class SampleCommand
{
    private const int Columns = 10;

    internal static Command Create()
    {
        var run = RunArgument.Create();
        var checkpoint = RunArgument.Checkpoint();
        var path = OutFile.Option();
        var count = new Option<int>("--count") { Description = "how many", DefaultValueFactory = _ => 100, HelpName = "N" }.Between(1, 10_000_000);
        var seed = new Option<long>("--seed") { Description = "seed of the draws", DefaultValueFactory = _ => 1, HelpName = "N" };
        var draw = new Option<bool>("--draw") { Description = "draw from p(x|z) instead of writing its mean" };
        var latents = new Option<string>("--latents")
        {
            Description = "draw z from the prior, each latent from its own marginal over the training data, or all from their joint", DefaultValueFactory = _ => "prior", HelpName = "prior|marginal|joint",
        };
        var command = new Command("sample", "decode draws of the latents: a sheet of pictures, or numbers") { run, path, count, seed, draw, latents, checkpoint };
        command.SetAction(parsed =>
        {
            var file = OutFile.Of(parsed.GetRequiredValue(path));
            var (source, from) = Source(parsed.GetRequiredValue(latents));
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var (shape, n, start) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(count), parsed.GetRequiredValue(seed));
            file.MustFit(shape);
            var z = trained.DrawLatents(source, n, Seeds.For(start, "sample"));
            var x = parsed.GetValue(draw) ? trained.Arrays.DrawData(z, Seeds.For(start, "draw")) : trained.Arrays.Decode(z);
            switch (file.Kind)
            {
                case "png":
                    var (low, high) = trained.Experiment.PictureBounds;
                    file.Png(ImageGrid.Png(x, shape, Columns, low, high));
                    break;
                case "npy":
                    file.Npy(x, [n, .. OutFile.Axes(shape)]);
                    break;
                default:
                    file.Csv(OutFile.Names("x", shape.Size), x);
                    break;
            }
            Console.Out.WriteLine($"{file.Path}: {n} {(parsed.GetValue(draw) ? "draws from p(x|z)" : "means of p(x|z)")} at draws of z from {from}, {shape} each");
            return Boundary.Success;
        });
        return command;
    }

    private static (LatentSource Source, string Words) Source(string name) => name switch
    {
        "prior" => (LatentSource.Prior, "the prior"),
        "marginal" => (LatentSource.Marginal, "the marginal of each latent over the training data"),
        "joint" => (LatentSource.Joint, "the aggregated posterior of the training data"),
        _ => throw new UserException($"--latents: there is no source '{name}'", "use prior, marginal or joint"),
    };
}
