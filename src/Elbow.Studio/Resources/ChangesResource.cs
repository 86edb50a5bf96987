using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Elbow.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Elbow.Studio.Resources;

/// <summary>What changes, as it happens.</summary>
internal static class ChangesResource
{
    internal static void MapChanges(this IEndpointRouteBuilder routes) => routes.MapGet("/api/changes", (ChangeFeed feed, IHostApplicationLifetime life, CancellationToken gone) =>
        TypedResults.ServerSentEvents(Events(feed, life.ApplicationStopping, gone)));

    // The first event, named ready, tells that from now on nothing is missed; a browser's onmessage does not see it.
    private static async IAsyncEnumerable<SseItem<Change?>> Events(ChangeFeed feed, CancellationToken stopping, [EnumeratorCancellation] CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        await using var changes = feed.Listen(stop.Token).GetAsyncEnumerator(CancellationToken.None);
        var first = Next(changes);
        yield return new SseItem<Change?>(null, "ready");
        for (var next = await first; next is not null; next = await Next(changes)) yield return new SseItem<Change?>(next);
    }

    // A listener that went away is no error.
    private static async ValueTask<Change?> Next(IAsyncEnumerator<Change> changes)
    {
        try
        {
            return await changes.MoveNextAsync() ? changes.Current : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
