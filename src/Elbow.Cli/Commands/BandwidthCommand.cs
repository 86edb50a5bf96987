using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Distributions;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow bandwidth --dim L --points M</c></summary>
internal static class BandwidthCommand
{
    internal static Command Create()
    {
        var dim = new Option<int>("--dim") { Description = "number of dimensions", HelpName = "L", Required = true }.Between(1, Bandwidth.MostDims);
        var points = new Option<int>("--points") { Description = "number of points that carry kernels", HelpName = "M", Required = true }.Between(2, Bandwidth.MostPoints);
        var json = Output.Json();
        var command = new Command("bandwidth", "the kernel width with which a density estimate of M points in L dimensions fits N(0, I) best") { dim, points, json };
        command.SetAction(parsed =>
        {
            using var counter = new Counter("evaluating", Bandwidth.Evaluations);
            var found = Bandwidth.Estimate(parsed.GetRequiredValue(dim), parsed.GetRequiredValue(points), counter);
            counter.Dispose();
            var report = new JsonObject { ["hOpt"] = found.Optimal, ["h"] = found.Corrected, ["alpha"] = found.Alpha, ["se"] = found.StandardError };
            Output.Write(parsed.GetValue(json), report, () => Print(found));
            return Boundary.Success;
        });
        return command;
    }

    private static void Print(Bandwidth found)
    {
        // dh/dh_opt = α³.
        var se = found.StandardError;
        Output.Table(["", "value", "se", "what"],
        [
            ["h_opt", $"{found.Optimal:F4}", $"{se:F4}", $"width that fits N(0, I) best, {found.Points} points in {found.Dim} dimensions"],
            ["h", $"{found.Corrected:F4}", $"{se * Math.Pow(found.Alpha, 3):F4}", "corrected for the width that kernels add: h_opt / sqrt(1 + h_opt^2)"],
            ["alpha", $"{found.Alpha:F4}", $"{se * found.Corrected * found.Alpha * found.Alpha:F4}", "standard deviation of codes, and of samples to decode: sqrt(1 - h^2)"],
        ]);
    }
}
