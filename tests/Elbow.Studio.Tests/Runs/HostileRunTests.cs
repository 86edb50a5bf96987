using System.Text;
using System.Text.Json.Nodes;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Runs;

/// <summary>Whatever lies in the folder of runs, the studio stays up, shows the rest, and says what it skipped.</summary>
public sealed class HostileRunTests : IDisposable
{
    private const string Id = "20260101-120000-bad";
    private const string Good = "20260102-120000-good";

    private readonly TempRuns runs = new();

    public HostileRunTests() => runs.AddTrained(Good);

    public void Dispose() => runs.Dispose();

    public static TheoryData<string> Lines =>
    [
        "", "null", "[]", "7", "{}", "{\"kind\":\"stepLogged\"}", "{\"kind\":\"unheardOf\",\"timestamp\":\"2026-01-31T12:00:00Z\"}", "{\"kind\":7}",
        "{\"kind\":\"stepLogged\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"step\":1,\"epoch\":1,\"terms\":{\"kl\":\"<script>\"}}",
        "{\"kind\":\"stepLogged\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"step\":1e99,\"epoch\":1,\"terms\":{\"kl\":1}}",
        "{\"kind\":\"stepLogged\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"step\":1,\"epoch\":1,\"terms\":{\"\\ud800\":1}}",
        "{\"kind\":\"stepLogged\",\"timestamp\":\"yesterday\",\"step\":1,\"epoch\":1,\"terms\":{}}",
        "{\"kind\":\"stepLogged\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"step\":1,\"epoch\":1,\"terms\":[1]}",
        "{\"kind\":\"epochCompleted\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"epoch\":1,\"step\":1,\"splits\":{\"train\":null},\"learningRate\":1,\"seconds\":1,\"examplesPerSecond\":1}",
        "{\"kind\":\"epochCompleted\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"epoch\":1,\"step\":1,\"splits\":7,\"learningRate\":1,\"seconds\":1,\"examplesPerSecond\":1}",
        "{\"kind\":\"diagnostics\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"step\":1,\"epoch\":1,\"split\":\"x\",\"values\":{},\"series\":{\"kl\":\"none\"}}",
        "{\"kind\":\"sampleSaved\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"step\":1,\"path\":\"../../../etc/passwd\"}",
        "{\"kind\":\"started\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"epochs\":\"many\"}",
        new string('{', 100_000), new string('[', 500), "{\"kind\":\"finished\",\"timestamp\":" + new string('[', 200) + new string(']', 200) + "}", "{\"kind\":\"stepLogged\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"st",
    ];

    [Theory, MemberData(nameof(Lines))]
    public async Task Line_ThatIsNoEvent_IsCountedAndTheRestIsShown(string line)
    {
        runs.Add(Id);
        runs.Log(Id, TempRuns.Started(), TempRuns.Step(1, 1, -5), line, TempRuns.Epoch(1, 2, -4));
        await using var studio = await LiveStudio.Start(runs.Root);
        var run = await studio.Get($"api/runs/{Id}");
        Assert.Equal(line.Length == 0 ? 0 : 1, (int)run["skippedLines"]!);
        Assert.Equal((1, 2, 9), ((int)run["epoch"]!, (int)run["step"]!, (int)run["epochs"]!));
        var curves = await studio.Get($"api/runs/{Id}/curves");
        Assert.Equal(-5, (double)curves["batch/objective"]!["value"]![0]!);
        Assert.Equal(-4, (double)curves["validation/objective"]!["value"]![0]!);
        foreach (var path in new[] { "latents", "anatomy" }) await studio.Get($"api/runs/{Id}/{path}");
        Assert.Equal(2, (await studio.Get("api/runs"))["runs"]!.AsArray().Count);
        Assert.Empty(studio.Warnings);
    }

    [Fact]
    public async Task Bytes_ThatAreNoText_AreCounted()
    {
        runs.Add(Id);
        runs.Log(Id, TempRuns.Started());
        runs.Log(Id, [.. "{\"kind\":\"warning\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"message\":\""u8, 0xff, 0xfe, 0xc0, .. "\"}\n"u8, 0, 1, 2, 0xff, (byte)'\n']);
        runs.Log(Id, TempRuns.Epoch(1, 2, -4));
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.Equal(2, (int)(await studio.Get($"api/runs/{Id}"))["skippedLines"]!);
    }

    [Fact]
    public async Task Names_WithScripts_AreShownAsText()
    {
        const string evil = "</script><script>alert(1)</script><!--";
        runs.Add(Id);
        var name = JsonValue.Create(evil).ToJsonString();
        File.WriteAllText(runs[Id, "config.json"], $$"""{ "objective": { "kind": {{name}} } }""".Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal));
        runs.Log(Id, TempRuns.Started(), $$"""{"kind":"failed","timestamp":"{{TempRuns.Time(1)}}","reason":{{name}},"step":1}""", TempRuns.Step(1, 1, -2).Replace("\"kl\"", name, StringComparison.Ordinal));
        await using var studio = await LiveStudio.Start(runs.Root);
        foreach (var path in new[] { "api/runs", $"api/runs/{Id}", $"api/runs/{Id}/curves" })
        {
            var text = await studio.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain('<', text);
            Assert.Contains("alert(1)", text, StringComparison.Ordinal);
        }
        var run = await studio.Get($"api/runs/{Id}");
        Assert.Equal((evil, evil, "failed"), ((string)run["objective"]!, (string)run["reason"]!, (string)run["status"]!));
        Assert.Equal(evil, (string)run["config"]!["objective"]!["kind"]!);
    }

    public static TheoryData<string, string> Documents => new()
    {
        { "no json", "" }, { "half", "{ \"objective\": " }, { "other", "[1, \"two\", null]" }, { "text", "\"objective\"" }, { "halves", "{ \"a\": \"\\ud800\" }" },
        { "deep", new string('[', 1000) + new string(']', 1000) }, { "deepest", string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "1" + new string('}', 63) },
        { "types", "{ \"objective\": { \"kind\": 7 }, \"model\": [], \"training\": { \"seed\": 1e99, \"epochs\": -1 } }" }, { "twice", "{ \"a\": 1, \"a\": 2 }" },
    };

    [Theory, MemberData(nameof(Documents))]
    public async Task Files_ThatAreDamaged_AreNullAndTheRestIsShown(string what, string text)
    {
        runs.AddTrained(Id);
        foreach (var name in new[] { "config.json", "metrics.json", "notes.json" }) File.WriteAllText(runs[Id, name], text);
        await using var studio = await LiveStudio.Start(runs.Root);
        var run = await studio.Get($"api/runs/{Id}");
        Assert.Equal(3, (int)run["epoch"]!);
        Assert.Equal(what is "no json" or "half" or "halves" or "deep", run["config"] is null);
        Assert.Empty(run["tags"]!.AsArray());
        await studio.Get($"api/compare?ids={Id},{Good}");
        Assert.Empty(studio.Warnings);
    }

    [Fact]
    public async Task Folders_ThatAreNoRuns_AreSkippedAndSaid()
    {
        Directory.CreateDirectory(runs["empty"]);
        Directory.CreateDirectory(runs["weights", "checkpoints", "last"]);
        File.WriteAllText(runs["weights", "checkpoints", "last", "model.safetensors"], "");
        runs.Add("newer", format: 99);
        runs.Add("damaged");
        File.WriteAllText(runs["damaged", "environment.json"], "{");
        runs.Add("void");
        File.WriteAllText(runs["void", "environment.json"], "");
        Directory.CreateSymbolicLink(runs["linked"], runs[Good]);
        File.WriteAllText(runs["a file"], "");
        Directory.CreateDirectory(runs[".hidden"]);
        await using var studio = await LiveStudio.Start(runs.Root);
        var table = await studio.Get("api/runs");
        Assert.Equal([Good], table["runs"]!.AsArray().Select(run => (string)run!["id"]!));
        var skipped = table["skipped"]!.AsArray().ToDictionary(folder => Path.GetFileName((string)folder!["path"]!), folder => (string)folder!["reason"]!);
        Assert.Equal(["damaged", "empty", "linked", "newer", "void", "weights"], skipped.Keys.Order());
        Assert.Contains("newer Elbow", skipped["newer"], StringComparison.Ordinal);
        Assert.Contains("link", skipped["linked"], StringComparison.Ordinal);
        Assert.Contains("config.json and environment.json missing", skipped["weights"], StringComparison.Ordinal);
        runs.Add("empty");
        await studio.Until("api/runs", table => table["runs"]!.AsArray().Any(run => (string)run!["id"]! == "empty"));
    }

    [Theory]
    [InlineData("events.jsonl")]
    [InlineData("config.json")]
    [InlineData("metrics.json")]
    public async Task FileBehindALink_IsNotRead(string name)
    {
        runs.AddTrained(Id);
        File.WriteAllText(runs["secret"], """{"kind":"warning","timestamp":"2026-01-31T12:00:00Z","message":"secret"}""" + "\n");
        File.Delete(runs[Id, name]);
        File.CreateSymbolicLink(runs[Id, name], runs["secret"]);
        await using var studio = await LiveStudio.Start(runs.Root);
        foreach (var path in new[] { $"api/runs/{Id}", $"api/runs/{Id}/curves", "api/runs" })
            Assert.DoesNotContain("\"secret\"", await studio.Client.GetStringAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_ThatIsAPipeOrAFolder_DoesNotStopTheStudio()
    {
        runs.Add(Id);
        Directory.CreateDirectory(runs[Id, "events.jsonl"]);
        using var made = System.Diagnostics.Process.Start("mkfifo", [runs[Id, "metrics.json"], runs[Id, "notes.json"]]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.Equal(2, (await studio.Get("api/runs"))["runs"]!.AsArray().Count);
        Assert.Null((await studio.Get($"api/runs/{Id}"))["metrics"]);
    }

    // Held by another program, which is what a missing right looks like, also to root.
    [Fact]
    public async Task Log_ThatMayNotBeRead_IsSaid()
    {
        runs.AddTrained(Id);
        using (new FileStream(runs[Id, "events.jsonl"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await using var studio = await LiveStudio.Start(runs.Root);
            var table = await studio.Get("api/runs");
            Assert.Equal(2, table["runs"]!.AsArray().Count);
            Assert.Contains("events.jsonl cannot be read", (string)table["skipped"]!.AsArray().Single()!["reason"]!, StringComparison.Ordinal);
            Assert.Equal(0, (int)(await studio.Get($"api/runs/{Id}"))["epoch"]!);
            Assert.Empty(studio.Warnings);
        }
    }

    [Fact]
    public async Task Run_TakenAwayWhileItIsWatched_IsGoneAndTheRestStays()
    {
        runs.AddTrained(Id, epochs: 200);
        await using var studio = await LiveStudio.Start(runs.Root);
        await studio.Get($"api/runs/{Id}/curves");
        var asking = Enumerable.Range(0, 8).Select(async _ =>
        {
            var ends = new List<int>();
            for (var i = 0; i < 20; i++)
            {
                using var response = await studio.Client.GetAsync($"api/runs/{Id}", TestContext.Current.CancellationToken);
                ends.Add((int)response.StatusCode);
            }
            return ends;
        }).ToArray();
        Directory.Delete(runs[Id], recursive: true);
        Assert.All((await Task.WhenAll(asking)).SelectMany(ends => ends), status => Assert.True(status is 200 or 404, $"{status}"));
        await studio.Until("api/runs", table => table["runs"]!.AsArray().Count == 1);
        Assert.Empty(studio.Warnings);
    }

    [Theory]
    [InlineData("config.json", null)]
    [InlineData("environment.json", null)]
    [InlineData("environment.json", "{")]
    public async Task Run_DamagedWhileItIsWatched_IsSkippedUntilItIsWhole(string name, string? damage)
    {
        runs.AddTrained(Id);
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.Equal(2, (await studio.Get("api/runs"))["runs"]!.AsArray().Count);
        var whole = File.ReadAllText(runs[Id, name]);
        File.Delete(runs[Id, name]);
        if (damage is not null) File.WriteAllText(runs[Id, name], damage);
        var table = await studio.Until("api/runs", table => table["runs"]!.AsArray().Count == 1);
        Assert.Equal(runs[Id], (string)table["skipped"]!.AsArray().Single()!["path"]!);
        await studio.Refused($"api/runs/{Id}");
        File.WriteAllText(runs[Id, name], whole);
        table = await studio.Until("api/runs", table => table["runs"]!.AsArray().Count == 2);
        Assert.Empty(table["skipped"]!.AsArray());
        Assert.Equal(3, (int)(await studio.Get($"api/runs/{Id}"))["epoch"]!);
        Assert.Empty(studio.Warnings);
    }

    [Fact]
    public async Task Names_WithoutNumber_AreBounded()
    {
        runs.Add(Id);
        var terms = string.Join(",", Enumerable.Range(0, 5000).Select(n => $"\"t{n}\":1"));
        runs.Log(Id, TempRuns.Started(), TempRuns.Step(1, 1, -2).Replace("\"terms\":{", "\"terms\":{" + terms + ",", StringComparison.Ordinal));
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.InRange((await studio.Get($"api/runs/{Id}"))["curves"]!.AsArray().Count, 1, 1000);
    }

    [Fact]
    public async Task Line_OfManyMegabytes_IsSkipped()
    {
        runs.Add(Id);
        runs.Log(Id, TempRuns.Started());
        runs.Log(Id, Encoding.ASCII.GetBytes(new string('x', 40_000_000) + "\n"));
        runs.Log(Id, TempRuns.Epoch(1, 2, -4));
        await using var studio = await LiveStudio.Start(runs.Root);
        var run = await studio.Get($"api/runs/{Id}");
        Assert.Equal((1, 1), ((int)run["skippedLines"]!, (int)run["epoch"]!));
    }
}
