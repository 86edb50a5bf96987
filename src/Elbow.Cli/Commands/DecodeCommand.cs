using System.CommandLine;
using Elbow.Data.Formats;
using Elbow.Evaluation;
using Elbow.Experiments;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow decode RUN --codes z.npy --out FILE</c></summary>
internal static class DecodeCommand
{
    internal static Command Create()
    {
        var codes = new Option<string>("--codes") { Description = "npy file of latents, rows x latents, as embed writes them", HelpName = "FILE", Required = true };
        return new DecodingCommand("decode", "decode latents of your own: the mean of p(x|z) for each row of a file", codes).Does((parsed, trained, file) =>
        {
            var z = NumberMatrix.OpenReal(parsed.GetRequiredValue(codes), 2);
            var L = trained.Arrays.LatentDim;
            if (z.Columns != L) throw new UserException($"{z.Path} has {z.Columns} columns, the model has {L} latents", $"save an array of shape (N, {L}): elbow embed writes one");
            var shape = trained.Experiment.Model.Data;
            file.MustHold(shape, z.Rows);
            var x = trained.Arrays.Decode(Array.ConvertAll(z.Values, value => (float)value));
            file.Decoded(trained, x, [z.Rows], (low, high) => ImageGrid.Png(x, shape, (int)Math.Ceiling(Math.Sqrt(z.Rows)), low, high));
            return $"{z.Rows} decoded";
        });
    }
}
