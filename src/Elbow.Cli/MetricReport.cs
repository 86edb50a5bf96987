using System.Globalization;
using System.Text.Json.Nodes;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;

namespace Elbow.Cli;

/// <summary>Results of metrics, for programs and for people.</summary>
internal static class MetricReport
{
    /// <summary>The metrics of a comma-separated list.</summary>
    internal static IReadOnlyList<IMetric> Chosen(string names) => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } several
        ? [.. several.Distinct().Select(MetricCatalogue.Find)]
        : throw new UserException("no metric is named", $"use one or more of {string.Join(", ", MetricCatalogue.All.Select(metric => metric.Name))}, with commas between");

    internal static JsonObject Json(IEnumerable<MetricResult> results) => new(results.Select(result => KeyValuePair.Create(result.Metric, (JsonNode?)Json(result))));

    /// <summary>Who made the features; null when nobody did, as for pictures.</summary>
    internal static JsonObject? Json(IFeatureExtractor? extractor)
    {
        if (extractor is null) return null;
        var json = new JsonObject { ["name"] = extractor.Name, ["dim"] = extractor.Dim, ["hash"] = extractor.Hash };
        if (extractor is ScriptFeatures script) json["preprocessing"] = script.Preprocessing;
        if (extractor is ClassifierFeatures classifier) json["accuracy"] = Output.Json(classifier.Accuracy);
        return json;
    }

    /// <summary>One line about the features.</summary>
    internal static string Words(IFeatureExtractor extractor) => $"features: {extractor.Name}, {extractor.Dim} numbers, sha256 {extractor.Hash[..12]}" + extractor switch
    {
        ScriptFeatures script => $", pictures enter {script.Preprocessing}",
        ClassifierFeatures classifier => $", {classifier.Accuracy.Value:P1} of held-out rows classified rightly",
        _ => "",
    };

    /// <summary>A number with as many digits as its error deserves, or five.</summary>
    internal static string Number(double value, double error) => double.IsNaN(value) ? "" : error > 0 && double.IsFinite(error)
        ? value.ToString($"F{Math.Clamp(1 - (int)Math.Floor(Math.Log10(error)), 0, 9)}", CultureInfo.InvariantCulture)
        : value.ToString("G5", CultureInfo.InvariantCulture);

    internal static string Error(double error) => double.IsNaN(error) ? "" : Number(error, error);

    private static JsonObject Json(MetricResult result)
    {
        var json = new JsonObject
        {
            ["nReal"] = result.RealCount,
            ["nFake"] = result.FakeCount,
            ["values"] = new JsonObject(result.Values.Select(value => KeyValuePair.Create(value.Name, (JsonNode?)Json(value)))),
            ["settings"] = new JsonObject(result.Settings.Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value))),
        };
        if (result.Curve is { } curve) json["curve"] = new JsonObject { ["precision"] = new JsonArray([.. curve.Precision]), ["recall"] = new JsonArray([.. curve.Recall]) };
        return json;
    }

    private static JsonObject Json(MetricValue value) => new()
    {
        ["value"] = double.IsNaN(value.Value) ? null : value.Value,
        ["se"] = double.IsNaN(value.StandardError) ? null : value.StandardError,
        ["bias"] = $"{value.Bias}".ToLowerInvariant(),
    };
}
