using System.CommandLine;
using Elbow.Evaluation;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow interpolate RUN --out FILE --from I --to J</c></summary>
internal static class InterpolateCommand
{
    private const int Columns = 20;

    internal static Command Create()
    {
        var from = new Option<int>("--from") { Description = "row of the split at the beginning", HelpName = "ROW", Required = true };
        var to = new Option<int>("--to") { Description = "row of the split at the end", HelpName = "ROW", Required = true };
        var steps = new Option<int>("--steps") { Description = "codes on the way, both ends included", DefaultValueFactory = _ => 10, HelpName = "N" }.Between(2, 1000);
        var spherical = new Option<bool>("--spherical") { Description = "along the arc of a great circle around the origin instead of the straight line" };
        var split = RunArgument.Split();
        return new DecodingCommand("interpolate", "decode the codes on the way from one example to another", from, to, steps, spherical, split).Does((parsed, trained, file) =>
        {
            var (first, last, name) = (parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), parsed.GetRequiredValue(split));
            var (shape, S, arc) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(steps), parsed.GetValue(spherical));
            var (a, b) = (Splits.Code(trained, name, first, "--from"), Splits.Code(trained, name, last, "--to"));
            var x = trained.Arrays.Decode(arc ? LatentPath.Arc(a, b, S) : LatentPath.Line(a, b, S));
            file.Decoded(trained, x, [S], (low, high) => ImageGrid.Png(x, shape, Columns, low, high));
            return $"{S} steps from row {first} to row {last} of the {name} split, {(arc ? "spherical" : "linear")}";
        });
    }
}
