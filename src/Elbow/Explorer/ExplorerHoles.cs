using System.Text.Json.Nodes;
using Elbow.Diagnostics;

namespace Elbow.Explorer;

/// <summary>Where the prior has mass and no shown row has a code: points whose pictures a reader should see.</summary>
internal static class ExplorerHoles
{
    // The share of holes and its null band are what `elbow anatomy --holes` is for: only the regions are wanted, so the band costs nothing here.
    private static readonly HoleOptions Few = new() { Samples = 2048, NullReplicates = 2, NullSamples = HoleOptions.LeastSamples };

    /// <summary><c>[{z, score, mass, massSe, nearest}]</c>, the one with most mass first.</summary>
    /// <exception cref="NotSupportedException">The posteriors make up no q(z) that can be summed.</exception>
    internal static JsonArray Of(ExplorerSource source, ExplorerRows rows)
    {
        if (rows.LogVar is null) throw new NotSupportedException(rows.NoLogVar);
        if (rows.Numbers.Length < 2) throw new NotSupportedException("one row is no q(z)");
        var aggregate = AggregatePosterior.From(rows.Mean, rows.LogVar, source.Model.LatentDim);
        var report = Holes.Find(aggregate, LatentPrior.Of(source.Prior, source.SamplingDensity), Few with { Seed = (long)(source.Seed >> 1) });
        return [.. report.Regions.Select(hole => (JsonNode)new JsonObject
        {
            ["z"] = ExplorerJson.Numbers(hole.Centre),
            ["score"] = ExplorerJson.Number(hole.Depth),
            ["mass"] = ExplorerJson.Number(hole.Mass.Value),
            ["massSe"] = ExplorerJson.Number(hole.Mass.StandardError),
            ["nearest"] = hole.NearestCode,
        })];
    }
}
