using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Resources;

public sealed class NotesTests : IDisposable
{
    private const string Id = "20260101-120000-a";
    private const string Written = """{"tags":["</script><script>alert(1)</script>","β"],"notes":"<img src=x onerror=alert(1)>"}""";

    private readonly TempRuns runs = new();

    public NotesTests() => runs.AddTrained(Id);

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task Notes_Written_AreKeptAndListedAndCannotBecomeAScript()
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, text) = await Put(studio, Written);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Written), JsonNode.Parse(text)));
        Assert.DoesNotContain('<', text);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Written), JsonNode.Parse(File.ReadAllText(runs[Id, "notes.json"]))));
        var listed = (await studio.Get("api/runs"))["runs"]![0]!;
        Assert.Equal("β", (string)listed["tags"]![1]!);
        Assert.Equal("<img src=x onerror=alert(1)>", (string)listed["notes"]!);
        Assert.DoesNotContain(Directory.EnumerateFiles(runs[Id]), path => path.EndsWith(".new", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{\"tags\":[]}", HttpStatusCode.BadRequest)]
    [InlineData("{\"tags\":[null],\"notes\":\"\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"tags\":[\"\"],\"notes\":\"\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"tags\":null,\"notes\":\"\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"tags\":[", HttpStatusCode.BadRequest)]
    public async Task Notes_ThatAreNone_AreRefusedInTwoLines(string body, HttpStatusCode expected)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, text) = await Put(studio, body);
        Assert.Equal(expected, status);
        Assert.NotEmpty((string)JsonNode.Parse(text)!["how"]!);
        Assert.False(File.Exists(runs[Id, "notes.json"]));
    }

    [Theory]
    [InlineData(30_000, HttpStatusCode.BadRequest)]
    [InlineData(3_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Notes_ThatAreTooLong_AreRefused(int length, HttpStatusCode expected)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, _) = await Put(studio, $$"""{"tags":[],"notes":"{{new string('x', length)}}"}""");
        Assert.Equal(expected, status);
        Assert.False(File.Exists(runs[Id, "notes.json"]));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Notes_FromAnotherPage_AreRefused(string header, string value)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, _) = await Put(studio, Written, (header, value));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.False(File.Exists(runs[Id, "notes.json"]));
    }

    [Fact]
    public async Task Notes_FromOurPage_AreKept()
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, _) = await Put(studio, Written, ("Origin", studio.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    // A form of another page can send text, but not JSON.
    [Fact]
    public async Task Notes_AsPlainText_AreRefused()
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        using var response = await studio.Client.PutAsync($"api/runs/{Id}/notes", new StringContent(Written, Encoding.UTF8, "text/plain"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("notes.json")]
    [InlineData(".notes.json.new")]
    public async Task Notes_BehindAPlantedLink_AreNotWritten(string name)
    {
        var outside = runs["outside.txt"];
        File.WriteAllText(outside, "mine");
        File.CreateSymbolicLink(runs[Id, name], outside);
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, _) = await Put(studio, Written);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("mine", File.ReadAllText(outside));
    }

    private static async Task<(HttpStatusCode, string)> Put(LiveStudio studio, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"api/runs/{Id}/notes") { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await studio.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
