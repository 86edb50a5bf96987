using System.CommandLine;
using Elbow.Evaluation;
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
        var command = new Command("sample", "decode draws from the prior: a sheet of pictures, or numbers") { run, path, count, seed, draw, checkpoint };
        command.SetAction(parsed =>
        {
            var file = OutFile.Of(parsed.GetRequiredValue(path));
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var (shape, n, start) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(count), parsed.GetRequiredValue(seed));
            file.MustFit(shape);
            var z = trained.Arrays.DrawPrior(n, Seeds.For(start, "sample"));
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
            Console.Out.WriteLine($"{file.Path}: {n} {(parsed.GetValue(draw) ? "draws from p(x|z)" : "means of p(x|z)")} at draws of z from the prior, {shape} each");
            return Boundary.Success;
        });
        return command;
    }
}
