using Elbow.Studio.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Elbow.Studio.Resources;

/// <summary>The page and the files that its build put beside it.</summary>
internal static class PageResource
{
    internal static void MapPage(this IEndpointRouteBuilder routes, string page)
    {
        var tag = new EntityTagHeaderValue($"\"{PageFiles.Version}\"");
        routes.MapGet("/", () => TypedResults.Text(page, "text/html; charset=utf-8"));
        routes.MapGet("/{**path}", Results<FileStreamHttpResult, NotFound<Problem>> (string path) => PageFiles.Open(path) is { } file
            ? TypedResults.Stream(file, PageFiles.Type(path), entityTag: tag)
            : TypedResults.NotFound(new Problem($"there is nothing at /{path}", "docs/studio.md lists the addresses")));
    }
}
