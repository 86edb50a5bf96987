using System.Net;
using System.Net.Http.Headers;
using Elbow.Experiments;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Security;

public sealed class DoorTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly TempRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1234")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]:80")]
    public async Task Host_OfThisMachine_IsServed(string host)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.StartsWith("HTTP/1.1 200 ", await RawRequest.Send(studio.Client.BaseAddress!, "GET /api/runs HTTP/1.1", host), StringComparison.Ordinal);
    }

    // DNS rebinding: a page of evil.example whose name now leads to 127.0.0.1.
    [Theory]
    [InlineData("evil.example", "/api/runs")]
    [InlineData("evil.example:8617", "/")]
    [InlineData("127.0.0.1.evil.example", "/api/runs")]
    [InlineData("localhost.evil.example", "/api/changes")]
    [InlineData("192.168.0.1", "/api/runs")]
    public async Task Host_OfAnotherName_IsTurnedAway(string host, string path)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.StartsWith("HTTP/1.1 403 ", await RawRequest.Send(studio.Client.BaseAddress!, $"GET {path} HTTP/1.1", host), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer 0123456789abcdef0123456789abcdeF")]
    [InlineData("Bearer 0123456789abcdef0123456789abcde")]
    [InlineData("Basic 0123456789abcdef0123456789abcdef")]
    public async Task Token_NotShown_IsTurnedAway(string? authorization)
    {
        await using var studio = await LiveStudio.Start(runs.Root, Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/runs");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await studio.Refused("?token=guess")).Status);
    }

    [Fact]
    public async Task Token_InAHeader_LetsIn()
    {
        await using var studio = await LiveStudio.Start(runs.Root, Token);
        studio.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Empty((await studio.Get("api/runs"))["runs"]!.AsArray());
    }

    [Fact]
    public async Task Token_InTheAddress_BecomesACookieAndLeavesIt()
    {
        await using var studio = await LiveStudio.Start(runs.Root, Token);
        using var response = await studio.Client.GetAsync($"?token={Token}&page=runs", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/?page=runs", response.Headers.Location!.OriginalString);
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        studio.Client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Empty((await studio.Get("api/runs"))["runs"]!.AsArray());
    }

    [Fact]
    public async Task Answers_Always_SayWhatAPageMayLoad()
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        foreach (var path in new[] { "", "api/runs", "api/nothing" })
        {
            using var response = await studio.Client.GetAsync(path, TestContext.Current.CancellationToken);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("'wasm-unsafe-eval'", policy, StringComparison.Ordinal);
            Assert.Contains("worker-src 'self' blob:", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
            Assert.DoesNotMatch("script-src[^;]*'unsafe-(inline|eval)'", policy);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Theory]
    [InlineData("DELETE", "api/runs")]
    [InlineData("POST", "api/runs/a/notes")]
    public async Task OtherMethods_AreRefused(string method, string path)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        using var response = await studio.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0", null, "--token")]
    [InlineData("::", null, "--token")]
    [InlineData("192.0.2.1", null, "--token")]
    [InlineData("here", null, "--bind here is no address")]
    [InlineData("127.0.0.1", "short", "the token has 5 characters")]
    [InlineData("192.0.2.1", Token, "cannot listen")]
    public async Task Start_WhereItMayOrCanNot_SaysHow(string bind, string? token, string says)
    {
        var error = await Assert.ThrowsAsync<UserException>(() => StudioServer.Start(new StudioOptions { Runs = runs.Root, Bind = bind, Token = token }, _ => { }));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAPortThatIsInUse_SaysHow()
    {
        await using var first = await LiveStudio.Start(runs.Root);
        var port = first.Client.BaseAddress!.Port;
        var error = await Assert.ThrowsAsync<UserException>(() => StudioServer.Start(new StudioOptions { Runs = runs.Root, Port = port }, _ => { }));
        Assert.Equal($"port {port} of 127.0.0.1 is in use", error.What);
        Assert.Contains("--port", error.Mend, StringComparison.Ordinal);
    }
}
