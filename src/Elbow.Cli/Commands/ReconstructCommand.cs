using System.CommandLine;
using Elbow.Evaluation;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow reconstruct RUN --out FILE</c></summary>
internal static class ReconstructCommand
{
    internal static Command Create()
    {
        var run = RunArgument.Create();
        var checkpoint = RunArgument.Checkpoint();
        var split = RunArgument.Split();
        var path = OutFile.Option();
        var count = new Option<int>("--count") { Description = "how many, evenly spread over the split", DefaultValueFactory = _ => 30, HelpName = "N" }.Between(1, 10_000_000);
        var command = new Command("reconstruct", "decode the codes of data: pictures show a row of data above the row of its reconstructions") { run, path, split, count, checkpoint };
        command.SetAction(parsed =>
        {
            var file = OutFile.Of(parsed.GetRequiredValue(path));
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var (shape, name) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(split));
            file.MustFit(shape);
            var data = Splits.Find(trained.Experiment.Data, name);
            var rows = Splits.Spread(data, parsed.GetRequiredValue(count));
            var x = Splits.Read(data, rows);
            var reconstructed = trained.Arrays.Decode(trained.Arrays.Encode(x).Mean);
            switch (file.Kind)
            {
                case "png":
                    var (low, high) = trained.Experiment.PictureBounds;
                    file.Png(ImageGrid.Pairs(x, reconstructed, shape, low, high));
                    break;
                case "npy":
                    file.Npy(reconstructed, [rows.Length, .. OutFile.Axes(shape)]);
                    break;
                default:
                    file.Csv(OutFile.Names("x", shape.Size), reconstructed);
                    break;
            }
            Console.Out.WriteLine($"{file.Path}: {rows.Length} of {data.Count} rows of the {name} split, {(file.Kind == "png" ? "data above reconstruction" : "reconstructed")}, {shape} each");
            return Boundary.Success;
        });
        return command;
    }
}
