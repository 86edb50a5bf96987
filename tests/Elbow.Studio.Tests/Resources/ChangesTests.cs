using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Resources;

public sealed class ChangesTests : IDisposable
{
    private const int Listeners = 250;

    private readonly TempRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task Changes_OfARun_AreToldAsTheyHappen()
    {
        const string id = "20260101-120000-a";
        runs.Add(id);
        await using var studio = await LiveStudio.Start(runs.Root);
        await using var told = await Listener.Open(studio);
        runs.Log(id, TempRuns.Started(), TempRuns.Epoch(1, 10, -9));
        var change = await told.Until(change => (int)change["epoch"]! == 1);
        Assert.Equal((id, 10), ((string)change["id"]!, (int)change["step"]!));
        using (RunFolder.Open(runs[id]).Lock(TimeProvider.System)) await told.Until(change => (string)change["status"]! == "running");
        await told.Until(change => (string)change["status"]! == "killed");
        runs.Log(id, TempRuns.Finished(10));
        await told.Until(change => (string)change["status"]! == "finished");
        Directory.Delete(runs[id], recursive: true);
        await told.Until(change => (string)change["status"]! == "vanished");
        Assert.Empty((await studio.Get("api/runs"))["runs"]!.AsArray());
        Assert.Empty(studio.Warnings);
    }

    [Fact]
    public async Task Changes_WithManyListeners_ReachAll()
    {
        const string id = "20260101-120000-a";
        runs.Add(id);
        await using var studio = await LiveStudio.Start(runs.Root);
        var listeners = await Task.WhenAll(Enumerable.Range(0, Listeners).Select(_ => Listener.Open(studio)));
        runs.Log(id, TempRuns.Started(), TempRuns.Epoch(1, 10, -9));
        var told = await Task.WhenAll(listeners.Select(listener => listener.Until(change => (int)change["epoch"]! == 1)));
        Assert.All(told, change => Assert.Equal(id, (string)change["id"]!));
        // Half go away without a word; the others go on.
        foreach (var listener in listeners[..(Listeners / 2)]) await listener.DisposeAsync();
        runs.Log(id, TempRuns.Epoch(2, 20, -8));
        await Task.WhenAll(listeners[(Listeners / 2)..].Select(listener => listener.Until(change => (int)change["epoch"]! == 2)));
        Assert.Single((await studio.Get("api/runs"))["runs"]!.AsArray());
        foreach (var listener in listeners[(Listeners / 2)..]) await listener.DisposeAsync();
        Assert.Empty(studio.Warnings);
    }

    [Fact]
    public async Task Stop_WithListeners_EndsTheirStreams()
    {
        var studio = await LiveStudio.Start(runs.Root);
        var told = await Listener.Open(studio);
        var end = told.ReadToEnd();
        await studio.DisposeAsync();
        await end.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await told.DisposeAsync();
    }

    private sealed class Listener(Stream stream, IAsyncEnumerator<SseItem<string>> events) : IAsyncDisposable
    {
        public static async Task<Listener> Open(LiveStudio studio)
        {
            var stream = await studio.Client.GetStreamAsync("api/changes", TestContext.Current.CancellationToken);
            var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
            Assert.True(await events.MoveNextAsync());
            Assert.Equal("ready", events.Current.EventType);
            return new Listener(stream, events);
        }

        public async Task<JsonNode> Until(Func<JsonNode, bool> isIt)
        {
            while (await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)))
            {
                var change = JsonNode.Parse(events.Current.Data)!;
                if (isIt(change)) return change;
            }
            throw new InvalidOperationException("the stream ended");
        }

        public async Task ReadToEnd()
        {
            try
            {
                while (await events.MoveNextAsync())
                {
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
            {
            }
        }

        public async ValueTask DisposeAsync() => await stream.DisposeAsync();
    }
}
