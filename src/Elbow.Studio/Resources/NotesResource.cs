using Elbow.Experiments;
using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Elbow.Studio.Resources;

/// <summary>What a person writes about a run.</summary>
internal static class NotesResource
{
    internal static void MapNotes(this IEndpointRouteBuilder routes) => routes.MapPut(
        "/api/runs/{id}/notes",
        Results<Ok<RunNotes>, NotFound<Problem>, BadRequest<Problem>, Conflict<Problem>> (string id, RunNotes notes, RunCatalogue runs) =>
        {
            if (runs.Find(id) is not { } run) return Problem.NoRun(id);
            if (NotesFile.Complaint(notes) is { } complaint) return Problem.Bad(complaint, "shorten what you write");
            try
            {
                return TypedResults.Ok(runs.Write(run, notes));
            }
            catch (UserException e)
            {
                return TypedResults.Conflict(new Problem(e.What, e.Mend));
            }
            catch (RunFailedException e)
            {
                return TypedResults.Conflict(new Problem(e.What, e.Mend));
            }
        });
}
