using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>Runs side by side.</summary>
internal static class CompareResource
{
    private const int Most = 500;

    internal static void MapCompare(this IEndpointRouteBuilder routes) => routes.MapGet("/api/compare", Results<Ok<RunTableau>, NotFound<Problem>, BadRequest<Problem>> (string? ids, RunCatalogue runs) =>
    {
        string[] wanted = [.. (ids ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        if (wanted.Length is 0 or > Most) return Problem.Bad($"ids names {wanted.Length} runs", $"name from 1 to {Most}, with commas between");
        runs.Refresh();
        var found = wanted.Select(id => (Id: id, Run: runs.Find(id))).ToArray();
        return found.FirstOrDefault(pair => pair.Run is null) is { Id: { } missing } ? Problem.NoRun(missing) : TypedResults.Ok(RunTableau.Of([.. found.Select(pair => pair.Run!)]));
    });
}
