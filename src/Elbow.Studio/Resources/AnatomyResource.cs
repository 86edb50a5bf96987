using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>The live anatomy over the epochs.</summary>
internal static class AnatomyResource
{
    internal static void MapAnatomy(this IEndpointRouteBuilder routes) => routes.MapGet("/api/runs/{id}/anatomy", Results<Ok<AnatomyCurves>, NotFound<Problem>> (string id, RunCatalogue runs) =>
        runs.Find(id) is { } run ? TypedResults.Ok(run.Anatomy()) : Problem.NoRun(id));
}
