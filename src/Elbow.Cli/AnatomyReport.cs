using System.Text.Json.Nodes;
using Elbow.Diagnostics;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>An anatomy as JSON. Numbers that do not exist are null.</summary>
internal static class AnatomyReport
{
    internal static void AddTo(JsonObject report, Anatomy anatomy, LatentMatch? match)
    {
        var terms = anatomy.Terms;
        report["n"] = anatomy.Examples;
        report["mixtureSize"] = anatomy.MixtureSize;
        report["points"] = anatomy.Points;
        report["latentDim"] = anatomy.LatentDim;
        report["terms"] = new JsonObject
        {
            ["kl"] = Of(terms.Kl),
            ["entropyConditional"] = Of(terms.EntropyConditional),
            ["crossEntropy"] = Of(terms.CrossEntropy),
            ["entropyAggregate"] = Of(terms.EntropyAggregate),
            ["mutualInformation"] = Of(terms.MutualInformation),
            ["marginalKl"] = Of(terms.MarginalKl),
            ["totalCorrelation"] = Of(terms.TotalCorrelation),
            ["dimensionwiseKl"] = Of(terms.DimensionwiseKl),
        };
        report["informationCeiling"] = Number(Math.Log(anatomy.MixtureSize));
        report["pairwiseInformation"] = anatomy.Pairwise is not { } pairwise ? null
            : new JsonObject { ["lower"] = Output.Json(pairwise.Lower), ["upper"] = Output.Json(pairwise.Upper), ["rows"] = pairwise.JointRows };
        report["perLatent"] = new JsonArray([.. anatomy.PerLatent.Select(Of)]);
        report["decompositions"] = new JsonArray([.. anatomy.Decompositions.Select(Of)]);
        report["threeEntropies"] = Of(anatomy.ThreeEntropies);
        report["infoNce"] = new JsonArray([.. anatomy.InfoNce.Select(point => (JsonNode)new JsonObject
        {
            ["batchSize"] = point.BatchSize,
            ["value"] = Number(point.Information.Value),
            ["se"] = Number(point.Information.StandardError),
            ["ceiling"] = point.Ceiling,
        })]);
        LatentMatchReport.AddTo(report, match);
        report["warnings"] = new JsonArray([.. anatomy.Warnings.Select(warning => (JsonNode)warning)]);
    }

    /// <summary>The terms, a row for each, then what is known latent by latent.</summary>
    internal static IEnumerable<JsonObject> Rows(JsonObject report) =>
        CsvTable.Estimates(report["terms"]!.AsObject(), ("latent", null))
            .Concat(report["perLatent"]!.AsArray().SelectMany(latent => CsvTable.Estimates(latent!.AsObject(), ("latent", latent["index"]))));

    private static JsonObject? Of(Quantity? quantity)
    {
        if (quantity is null) return null;
        var json = new JsonObject { ["value"] = Number(quantity.Value), ["se"] = Number(quantity.StandardError) };
        if (quantity.Lower is { } lower) json["lower"] = Number(lower);
        if (quantity.Upper is { } upper) json["upper"] = Number(upper);
        json["estimator"] = quantity.Estimator;
        json["bias"] = quantity.Bias;
        return json;
    }

    private static JsonObject Of(LatentAnatomy latent) => new()
    {
        ["index"] = latent.Index,
        ["kl"] = Of(latent.Kl),
        ["entropy"] = Of(latent.Entropy),
        ["mutualInformation"] = Of(latent.MutualInformation),
        ["collapsed"] = latent.Collapsed,
        ["collapsedByKl"] = latent.CollapsedByKl,
    };

    private static JsonObject Of(Decomposition row) => new()
    {
        ["name"] = row.Name,
        ["terms"] = new JsonArray([.. row.Terms.Select(term => (JsonNode)new JsonObject { ["name"] = term.Name, ["value"] = Number(term.Value.Value), ["se"] = Number(term.Value.StandardError) })]),
        ["sum"] = row.Sum is { } sum ? Number(sum.Value) : null,
        ["se"] = row.Sum is { } same ? Number(same.StandardError) : null,
    };

    private static JsonObject? Of(EntropyAnatomy? entropies) => entropies is null ? null : new JsonObject
    {
        ["encoder"] = Output.Json(entropies.Encoder),
        ["prior"] = Number(entropies.Prior),
        ["decoder"] = Output.Json(entropies.Decoder),
        ["sum"] = Output.Json(entropies.Sum),
        ["gap"] = Output.Json(entropies.Gap),
        ["varianceGap"] = Output.Json(entropies.VarianceGap),
        ["momentGap"] = Output.Json(entropies.MomentGap),
        ["momentGapPerLatent"] = new JsonArray([.. entropies.MomentGapOfEach.Select(gap => (JsonNode?)Output.Json(gap))]),
    };

    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
