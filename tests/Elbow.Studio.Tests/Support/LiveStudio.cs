using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Elbow.Studio.Tests.Support;

/// <summary>The real server on a free port, and somebody who asks.</summary>
public sealed class LiveStudio : IAsyncDisposable
{
    private readonly StudioServer server;

    private LiveStudio(StudioServer server)
    {
        this.server = server;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 2000 }) { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    /// <summary>What the server complained of: nothing, in a test that passes.</summary>
    public List<string> Warnings { get; private set; } = [];

    public static async Task<LiveStudio> Start(string runs, string? token = null)
    {
        var warnings = new List<string>();
        var studio = new LiveStudio(await StudioServer.Start(new StudioOptions { Runs = runs, Token = token }, line =>
        {
            lock (warnings) warnings.Add(line);
        }));
        studio.Warnings = warnings;
        return studio;
    }

    public async Task<JsonNode> Get(string path)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode} {text} {string.Join("; ", Warnings)}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asks for what is refused: the status, and the two lines that say why.</summary>
    public async Task<(HttpStatusCode Status, string What, string How)> Refused(string path)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        return (response.StatusCode, (string)problem!["what"]!, (string)problem["how"]!);
    }

    /// <summary>Asks again until it is so; fails after five seconds.</summary>
    public async Task<JsonNode> Until(string path, Func<JsonNode, bool> isSo)
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await Get(path);
            if (isSo(answer)) return answer;
            Assert.True(tries < 100, $"{path} still is {answer}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
    }
}
