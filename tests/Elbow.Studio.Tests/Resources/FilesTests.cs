using System.Net;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Resources;

public sealed class FilesTests : IDisposable
{
    private const string Id = "20260101-120000-a";
    private const string Secret = "not for you";

    private readonly TempRuns runs = new();

    public FilesTests()
    {
        runs.Add(Id);
        Directory.CreateDirectory(runs[Id, "explorer"]);
        Directory.CreateDirectory(runs[Id, "scores"]);
        foreach (var name in new[] { "samples/epoch-1.png", "explorer/mu.npy", "explorer/decoder.onnx", "explorer/explorer.json", "scores/test-best.csv" }) File.WriteAllText(runs[Id, name], name);
        foreach (var name in new[] { "samples/page.html", "samples/.hidden.png", "checkpoints/a.json", "samples/script.svg" }) File.WriteAllText(runs[Id, name], Secret);
        File.WriteAllText(runs["secret.png"], Secret);
        File.CreateSymbolicLink(runs[Id, "samples", "link.png"], runs["secret.png"]);
        Directory.CreateSymbolicLink(runs[Id, "samples", "up"], runs.Root);
        File.WriteAllText(runs[Id, "samples", "empty.png"], "");
    }

    public void Dispose() => runs.Dispose();

    [Theory]
    [InlineData("samples/epoch-1.png", "image/png")]
    [InlineData("explorer/mu.npy", "application/octet-stream")]
    [InlineData("explorer/decoder.onnx", "application/octet-stream")]
    [InlineData("explorer/explorer.json", "application/json")]
    [InlineData("scores/test-best.csv", "text/csv")]
    public async Task File_OfARun_IsGivenWithItsType(string path, string type)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        using var response = await studio.Client.GetAsync($"api/runs/{Id}/files/{path}", TestContext.Current.CancellationToken);
        Assert.Equal(path, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        using var again = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{Id}/files/{path}") { Headers = { IfModifiedSince = response.Content.Headers.LastModified } };
        using var same = await studio.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("checkpoints/a.json")]
    [InlineData("samples/page.html")]
    [InlineData("samples/script.svg")]
    [InlineData("samples/.hidden.png")]
    [InlineData("samples/link.png")]
    [InlineData("samples/up/secret.png")]
    [InlineData("samples/empty.png")]
    [InlineData("samples/../../secret.png")]
    [InlineData("samples/..%2f..%2fsecret.png")]
    [InlineData("samples/%2e%2e/%2e%2e/secret.png")]
    [InlineData("samples/%2e%2e%2f%2e%2e%2fsecret.png")]
    [InlineData("samples/..%5c..%5csecret.png")]
    [InlineData("samples/%00.png")]
    [InlineData("/etc/hostname.png")]
    [InlineData("%2fetc/hostname.png")]
    [InlineData("samples//epoch-1.png")]
    [InlineData("samples/missing.png")]
    [InlineData("samples")]
    [InlineData("")]
    public async Task AnyOtherPath_GivesNothingAway(string path)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        // As it stands: HttpClient would tidy it up.
        var answer = await RawRequest.Send(studio.Client.BaseAddress!, $"GET /api/runs/{Id}/files/{path} HTTP/1.1");
        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../secret.png")]
    [InlineData("..%2fsecret.png")]
    [InlineData("%2e%2e/secret.png")]
    [InlineData("../../../../etc/passwd")]
    public async Task AnyOtherRoot_GivesNothingAway(string path)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var answer = await RawRequest.Send(studio.Client.BaseAddress!, $"GET /api/runs/{path} HTTP/1.1");
        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
    }
}
