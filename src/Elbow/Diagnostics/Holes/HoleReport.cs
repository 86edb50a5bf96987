using System.Text.Json.Nodes;

namespace Elbow.Diagnostics;

/// <summary>A region where the prior has mass and the aggregated posterior has hardly any.</summary>
/// <param name="Centre">The deepest of the likelier half of the prior samples in it: a point of the region, however bent that is. <c>(L)</c></param>
/// <param name="Mass">Share of the prior's mass in it.</param>
/// <param name="Depth">log p − log q at the centre, nats; infinite where q is too small for a number. High by the choice of the centre.</param>
/// <param name="LogPrior">log p at the centre, nats.</param>
/// <param name="NearestCode">Number of the example whose posterior mean is nearest to the centre.</param>
/// <param name="Distance">How far away it is, Euclidean, in units of the latents.</param>
public sealed record Hole(double[] Centre, Estimate Mass, double Depth, double LogPrior, int NearestCode, double Distance);

/// <summary>Where the prior has mass and the aggregated posterior has none.</summary>
/// <param name="Threshold">τ, nats: log q − log p below it is a hole.</param>
/// <param name="PriorMass">P_p(log q − log p &lt; τ).</param>
/// <param name="OwnMass">The same of q's own mass, each draw's own example left out of q.</param>
/// <param name="NullBand">Mean ± 2 standard deviations of what the prior mass would be for as many codes of a perfect fit, q = p.</param>
/// <param name="Count">Regions with enough samples to be told apart.</param>
/// <param name="Scattered">Prior mass in smaller ones.</param>
/// <param name="Regions">The largest, largest first.</param>
/// <param name="Samples">Draws from the prior; as many from q.</param>
/// <param name="Replicates">Sets of codes behind the null band.</param>
public sealed record HoleReport(
    double Threshold, Estimate PriorMass, Estimate OwnMass, (double Low, double High) NullBand, int Count, double Scattered, IReadOnlyList<Hole> Regions, int Samples, int Replicates)
{
    /// <summary>Whether there is more than finitely many codes of a perfect fit would show, by two standard errors.</summary>
    public bool BeyondNull => PriorMass.Value - 2 * PriorMass.StandardError > NullBand.High;

    /// <summary>For <c>"holes"</c> in a report.</summary>
    public JsonObject ToJson() => new()
    {
        ["threshold"] = Threshold,
        ["priorMass"] = Json(PriorMass),
        ["ownMass"] = Json(OwnMass),
        ["nullBand"] = new JsonArray(NullBand.Low, NullBand.High),
        ["beyondNull"] = BeyondNull,
        ["count"] = Count,
        ["scattered"] = Scattered,
        ["samples"] = Samples,
        ["nullReplicates"] = Replicates,
        ["regions"] = new JsonArray([.. Regions.Select(hole => new JsonObject
        {
            ["centre"] = new JsonArray([.. hole.Centre.Select(value => (JsonNode)value)]),
            ["mass"] = Json(hole.Mass),
            ["depth"] = double.IsFinite(hole.Depth) ? hole.Depth : null,
            ["logPrior"] = hole.LogPrior,
            ["nearestCode"] = hole.NearestCode,
            ["distance"] = hole.Distance,
        })]),
    };

    private static JsonObject Json(Estimate estimate) => new() { ["value"] = estimate.Value, ["se"] = estimate.StandardError };
}
