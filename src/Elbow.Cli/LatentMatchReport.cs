using System.Text.Json.Nodes;
using Elbow.Diagnostics;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>Holes and tests of the codes against the prior, as JSON and for people.</summary>
internal static class LatentMatchReport
{
    /// <summary>Adds <c>holes</c>, <c>twoSample</c>, <c>gaussianFit</c> and <c>whitenedEntropy</c>; all null without a comparison.</summary>
    internal static void AddTo(JsonObject report, LatentMatch? match)
    {
        report["holes"] = match?.Holes.ToJson();
        report["twoSample"] = match is null ? null : new JsonArray([.. match.Tests.Select(test => (JsonNode)Json(test))]);
        report["gaussianFit"] = match?.GaussianFit is not { } fit ? null : new JsonObject { ["raw"] = fit.Raw, ["corrected"] = Output.Json(fit.Corrected), ["draws"] = fit.Codes };
        report["whitenedEntropy"] = match?.Whitened is not { } whitened ? null : new JsonObject
        {
            ["codes"] = Output.Json(whitened.Codes), ["gaussian"] = whitened.Gaussian.Mean, ["gaussianDeviation"] = whitened.Gaussian.Deviation, ["bandwidth"] = whitened.Width, ["draws"] = whitened.N,
        };
    }

    internal static JsonObject Json(TwoSampleResult test) => new()
    {
        ["test"] = test.Test,
        ["statistic"] = test.Statistic,
        ["nullMean"] = test.NullMean,
        ["nullDeviation"] = test.NullDeviation,
        ["z"] = double.IsFinite(test.Z) ? test.Z : null,
        ["pValue"] = test.PValue,
        ["fromQ"] = test.FromQ,
        ["fromP"] = test.FromP,
        ["question"] = test.Question,
    };

    internal static void Print(LatentMatch match)
    {
        List<IReadOnlyList<string>> rows = [.. match.Tests.Select(test => (IReadOnlyList<string>)
            [test.Test, $"{test.Statistic:F4}", $"{test.NullMean:F4} ± {test.NullDeviation:F4}", $"{test.PValue:F3}", $"{test.Question}; {Counts(test)}"])];
        if (match.GaussianFit is { } fit)
            rows.Add(["Gaussian-fit KL", $"{fit.Corrected.Value:F4}", $"0 ± {fit.Corrected.StandardError:F4}", "", $"mean and covariance only; raw {fit.Raw:F4}, high by what {fit.Codes} draws make it"]);
        if (match.Whitened is { } whitened)
            rows.Add(["whitened entropy", $"{whitened.Codes.Value:F4}", $"{whitened.Gaussian.Mean:F4} ± {whitened.Gaussian.Deviation:F4}", "", $"shape without mean and covariance, clusters score lower; {whitened.N} draws"]);
        Output.Table(["q(z) against p(z)", "value", "if q were p", "p", "what"], rows);
        Holes(match.Holes);
    }

    private static void Holes(HoleReport holes)
    {
        Console.Out.WriteLine($"holes: {holes.PriorMass.Value:P1} ± {holes.PriorMass.StandardError:P1} of the prior's mass lies where log q - log p < {holes.Threshold:F2}, with {holes.OwnMass.Value:P1} of q's own; "
            + $"a perfect fit would show {holes.NullBand.Low:P1} to {holes.NullBand.High:P1}");
        if (holes.Regions.Count > 0)
            Output.Table(["hole", "prior mass", "se", "log p - log q", "nearest code", "at distance", "centre"], holes.Regions.Select((hole, n) => (IReadOnlyList<string>)
            [
                $"{n + 1}", $"{hole.Mass.Value:F4}", $"{hole.Mass.StandardError:F4}", $"{hole.Depth:F2}", $"{hole.NearestCode}", $"{hole.Distance:F2}",
                string.Join(" ", hole.Centre.Take(6).Select(value => $"{value:F2}")) + (hole.Centre.Length > 6 ? " ..." : ""),
            ]));
        if (holes.Count > holes.Regions.Count || holes.Scattered > 0)
            Console.Out.WriteLine($"{holes.Count} regions in all; {holes.Scattered:P1} of the prior's mass lies in holes too small to be told apart");
    }

    private static string Counts(TwoSampleResult test) => test.FromP == 0 ? $"{test.FromQ} draws" : $"{test.FromQ} and {test.FromP} draws";
}
