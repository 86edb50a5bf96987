using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>The list of runs.</summary>
internal static class RunsResource
{
    internal static void MapRuns(this IEndpointRouteBuilder routes) => routes.MapGet("/api/runs", (RunCatalogue runs) => TypedResults.Ok(runs.Table()));
}
