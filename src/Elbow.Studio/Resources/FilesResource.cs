using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>Pictures, arrays and models of a run.</summary>
internal static class FilesResource
{
    internal static void MapFiles(this IEndpointRouteBuilder routes) => routes.MapGet("/api/runs/{id}/files/{**path}", Results<FileStreamHttpResult, NotFound<Problem>> (string id, string path, RunCatalogue runs) =>
    {
        if (runs.Find(id) is not { } run) return Problem.NoRun(id);
        if (InsideRun.Find(run.Folder.Root, path) is not var (file, type)) return Problem.NoFile(path);
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return TypedResults.Stream(stream, type, lastModified: File.GetLastWriteTimeUtc(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Problem.NoFile(path);
        }
    });
}
