using System.CommandLine;
using Elbow.Evaluation;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow reconstruct RUN --out FILE</c></summary>
internal static class ReconstructCommand
{
    internal static Command Create()
    {
        var split = RunArgument.Split();
        var count = new Option<int>("--count") { Description = "how many, evenly spread over the split", DefaultValueFactory = _ => 30, HelpName = "N" }.Between(1, 10_000_000);
        const string description = "decode the codes of data: pictures show a row of data above the row of its reconstructions";
        return new DecodingCommand("reconstruct", description, split, count).Does((parsed, trained, file) =>
        {
            var (shape, name) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(split));
            var data = Splits.Find(trained.Experiment.Data, name);
            var rows = Splits.Spread(data, parsed.GetRequiredValue(count));
            file.MustHold(shape, file.Kind == "png" ? 2 * rows.Length : rows.Length);
            var x = Splits.Read(data, rows);
            var reconstructed = trained.Arrays.Decode(trained.Arrays.Encode(x).Mean);
            file.Decoded(trained, reconstructed, [rows.Length], (low, high) => ImageGrid.Pairs(x, reconstructed, shape, low, high));
            return $"{rows.Length} of {data.Count} rows of the {name} split, {(file.Kind == "png" ? "data above reconstruction" : "reconstructed")}, {shape} each";
        });
    }
}
