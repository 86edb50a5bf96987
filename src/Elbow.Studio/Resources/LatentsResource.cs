using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>What each latent did over the epochs.</summary>
internal static class LatentsResource
{
    internal static void MapLatents(this IEndpointRouteBuilder routes) => routes.MapGet("/api/runs/{id}/latents", Results<Ok<LatentSeries>, NotFound<Problem>> (string id, RunCatalogue runs) =>
        runs.Find(id) is { } run ? TypedResults.Ok(run.Latents()) : Problem.NoRun(id));
}
