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
        var count = new Option<int>("--count") { Description = "how many", DefaultValueFactory = _ => 100, HelpName = "N" }.Between(1, 10_000_000);
        var seed = new Option<long>("--seed") { Description = "seed of the draws", DefaultValueFactory = _ => 1, HelpName = "N" };
        var draw = new Option<bool>("--draw") { Description = "draw from p(x|z) instead of writing its mean" };
        var latents = new Option<string>("--latents")
        {
            Description = "draw z from the prior, each latent from its own marginal over the training data, or all from their joint", DefaultValueFactory = _ => "prior", HelpName = "prior|marginal|joint",
        };
        return new DecodingCommand("sample", "decode draws of the latents: a sheet of pictures, or numbers", count, seed, draw, latents).Does((parsed, trained, file) =>
        {
            var (shape, N, start, drawn) = (trained.Experiment.Model.Data, parsed.GetRequiredValue(count), parsed.GetRequiredValue(seed), parsed.GetValue(draw));
            var (source, from) = Source(parsed.GetRequiredValue(latents));
            file.MustHold(shape, N);
            var z = trained.DrawLatents(source, N, Seeds.For(start, "sample"));
            var x = drawn ? trained.Arrays.DrawData(z, Seeds.For(start, "draw")) : trained.Arrays.Decode(z);
            file.Decoded(trained, x, [N], (low, high) => ImageGrid.Png(x, shape, Columns, low, high));
            return $"{N} {(drawn ? "draws from p(x|z)" : "means of p(x|z)")} at draws of z from {from}, {shape} each";
        });
    }

    private static (LatentSource Source, string Words) Source(string name) => name switch
    {
        "prior" => (LatentSource.Prior, "the prior"),
        "marginal" => (LatentSource.Marginal, "the marginal of each latent over the training data"),
        "joint" => (LatentSource.Joint, "the aggregated posterior of the training data"),
        _ => throw new UserException($"--latents: there is no source '{name}'", "use prior, marginal or joint"),
    };
}
