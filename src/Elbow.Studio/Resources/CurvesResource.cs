using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>The curves of a run, thinned so that they look the same.</summary>
internal static class CurvesResource
{
    private const int FewestPoints = 2, MostPoints = 20_000;

    internal static void MapCurves(this IEndpointRouteBuilder routes) => routes.MapGet(
        "/api/runs/{id}/curves",
        Results<Ok<Dictionary<string, Logs.Curve>>, NotFound<Problem>, BadRequest<Problem>> (string id, string? names, string? points, RunCatalogue runs) =>
        {
            if (!int.TryParse(points ?? "1000", out var most) || most is < FewestPoints or > MostPoints) return Problem.Bad($"points={points} is not from {FewestPoints} to {MostPoints}", "ask for as many points as the drawing is wide");
            if (runs.Find(id) is not { } run) return Problem.NoRun(id);
            return TypedResults.Ok(run.Curves(names?.Split(',', StringSplitOptions.RemoveEmptyEntries), most));
        });
}
