using System.CommandLine;
using Elbow.Evaluation;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow interpolate RUN --out FILE --from I --to J</c></summary>
internal static class InterpolateCommand
{
    private const int Columns = 20;

    internal static Command Create()
    {
        var run = RunArgument.Create();
        var checkpoint = RunArgument.Checkpoint();
        var split = RunArgument.Split();
        var path = OutFile.Option();
        var from = new Option<int>("--from") { Description = "row of the split at the beginning", HelpName = "ROW", Required = true };
        var to = new Option<int>("--to") { Description = "row of the split at the end", HelpName = "ROW", Required = true };
        var steps = new Option<int>("--steps") { Description = "codes on the way, both ends included", DefaultValueFactory = _ => 10, HelpName = "N" }.Between(2, 1000);
        var spherical = new Option<bool>("--spherical") { Description = "along the arc of a great circle around the origin instead of the straight line" };
        var command = new Command("interpolate", "decode the codes on the way from one example to another") { run, path, from, to, steps, spherical, split, checkpoint };
        command.SetAction(parsed =>
        {
            var file = OutFile.Of(parsed.GetRequiredValue(path));
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var (shape, name, S) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(split), parsed.GetRequiredValue(steps));
            file.MustFit(shape);
            var (a, b) = (Splits.Code(trained, name, parsed.GetRequiredValue(from), "--from"), Splits.Code(trained, name, parsed.GetRequiredValue(to), "--to"));
            var arc = parsed.GetValue(spherical);
            var x = trained.Arrays.Decode(arc ? LatentPath.Arc(a, b, S) : LatentPath.Line(a, b, S));
            switch (file.Kind)
            {
                case "png":
                    var (low, high) = trained.Experiment.PictureBounds;
                    file.Png(ImageGrid.Png(x, shape, Columns, low, high));
                    break;
                case "npy":
                    file.Npy(x, [S, .. OutFile.Axes(shape)]);
                    break;
                default:
                    file.Csv(OutFile.Names("x", shape.Size), x);
                    break;
            }
            Console.Out.WriteLine($"{file.Path}: {S} steps from row {parsed.GetRequiredValue(from)} to row {parsed.GetRequiredValue(to)} of the {name} split, {(arc ? "spherical" : "linear")}");
            return Boundary.Success;
        });
        return command;
    }
}
