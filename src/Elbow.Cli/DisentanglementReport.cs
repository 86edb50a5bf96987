using System.Text.Json.Nodes;
using Elbow.Evaluation.Disentanglement;

namespace Elbow.Cli;

/// <summary>Scores of disentanglement as JSON and as tables. The keys are documented in <c>docs/methods/disentanglement.md</c>.</summary>
internal static class DisentanglementReport
{
    internal static JsonObject Json(string what, FactoredCodes data, int seed, IReadOnlyList<DisentanglementScore> scores) => new()
    {
        ["codes"] = what,
        ["n"] = data.Count,
        ["latentDim"] = data.LatentDim,
        ["seed"] = seed,
        ["factors"] = new JsonArray([.. data.Factors.Select(factor => (JsonNode)new JsonObject { ["name"] = factor.Name, ["kind"] = Lower(factor.Kind), ["levels"] = factor.LevelCount })]),
        ["scores"] = new JsonArray([.. scores.Select(score => (JsonNode)new JsonObject
        {
            ["metric"] = score.Metric,
            ["name"] = score.Reading.Name,
            ["value"] = score.Reading.Value,
            ["se"] = score.StandardError,
            ["corrected"] = score.Reading.Corrected,
            ["chance"] = score.Chance,
            ["perFactor"] = Numbers(score.Reading.PerFactor),
            ["perLatent"] = Numbers(score.Reading.PerLatent),
            ["error"] = score.Error,
            ["bias"] = score.Bias,
            ["settings"] = new JsonObject(score.Settings.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        })]),
    };

    internal static void Print(string what, FactoredCodes data, IReadOnlyList<DisentanglementScore> scores)
    {
        Console.Out.WriteLine($"{what}: {data.Count} rows, {data.LatentDim} latents, {data.Factors.Count} factors ({string.Join(", ", data.Factors.Select(factor => $"{factor.Name}: {Lower(factor.Kind)}, {factor.LevelCount} {(factor.Kind == FactorKind.Continuous ? "bins" : "values")}"))})");
        Output.Table(["measure", "value", "se", "corrected", "chance"], scores.Select(score => (IReadOnlyList<string>)
            [score.Reading.Name, $"{score.Reading.Value:F4}", $"{score.StandardError:F4}", score.Reading.Corrected is { } corrected ? $"{corrected:F4}" : "", $"{score.Chance:F4}"]));
        var parts = scores.Where(score => score.Reading.PerFactor.Count > 0).ToArray();
        if (parts.Length > 0)
        {
            Console.Out.WriteLine("for each factor");
            Output.Table(["measure", .. data.Factors.Select(factor => factor.Name)], parts.Select(score =>
                (IReadOnlyList<string>)[score.Reading.Name, .. score.Reading.PerFactor.Select(value => double.IsNaN(value) ? "" : $"{value:F3}")]));
        }
        // Sentences, and so no columns: they would take the room of the numbers.
        foreach (var score in scores.DistinctBy(score => score.Metric)) Console.Out.WriteLine($"{score.Metric}: se from {score.Error}; {score.Bias}");
        Console.Out.WriteLine("chance: the same measure after the codes were shuffled among the rows");
    }

    private static JsonArray? Numbers(IReadOnlyList<double> values) => values.Count == 0 ? null : new JsonArray([.. values.Select(value => double.IsNaN(value) ? null : (JsonNode)value)]);

    private static string Lower(FactorKind kind) => $"{kind}".ToLowerInvariant();
}
