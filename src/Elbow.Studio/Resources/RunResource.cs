using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>One run.</summary>
internal static class RunResource
{
    internal static void MapRun(this IEndpointRouteBuilder routes) => routes.MapGet("/api/runs/{id}", Results<Ok<Detail>, NotFound<Problem>> (string id, RunCatalogue runs) =>
        runs.Find(id) is { } run ? TypedResults.Ok(run.Detail()) : Problem.NoRun(id));
}
