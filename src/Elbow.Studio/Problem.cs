using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Elbow.Studio;

/// <summary>What a caller is told when there is no answer, in the two lines that every message of Elbow has.</summary>
internal sealed record Problem(string What, string How)
{
    internal static NotFound<Problem> NoRun(string id) =>
        TypedResults.NotFound(new Problem($"there is no run '{Shown(id)}'", "it may have been removed: look at the list of runs"));

    internal static NotFound<Problem> NoFile(string path) => TypedResults.NotFound(new Problem(
        $"the run has no file '{Shown(path)}' to show", "png, npy, onnx, json and csv files below samples/, recon/, latent/, explorer/ and scores/ are shown; links are not followed"));

    internal static BadRequest<Problem> Bad(string what, string how) => TypedResults.BadRequest(new Problem(what, how));

    /// <summary>Ends a request at the door.</summary>
    internal static Task Refuse(HttpContext context, int status, string what, string how)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Problem(what, how), StudioJson.Options);
    }

    private static string Shown(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
