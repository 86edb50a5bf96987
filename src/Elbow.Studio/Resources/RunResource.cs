using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>One run: what is known of it, what each latent did over the epochs, and its live anatomy.</summary>
internal static class RunResource
{
    internal static void MapRun(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/runs/{id}", (string id, RunCatalogue runs) => Answer(runs, id, run => run.Detail()));
        routes.MapGet("/api/runs/{id}/latents", (string id, RunCatalogue runs) => Answer(runs, id, run => run.Latents()));
        routes.MapGet("/api/runs/{id}/anatomy", (string id, RunCatalogue runs) => Answer(runs, id, run => run.Anatomy()));
    }

    private static Results<Ok<T>, NotFound<Problem>> Answer<T>(RunCatalogue runs, string id, Func<StudioRun, T> of) =>
        runs.Find(id) is { } run ? TypedResults.Ok(of(run)) : Problem.NoRun(id);
}
