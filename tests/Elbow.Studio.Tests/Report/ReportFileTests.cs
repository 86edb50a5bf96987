using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Elbow.Experiments;
using Elbow.Studio.Report;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Report;

public sealed partial class ReportFileTests : IDisposable
{
    private const string Page = "<!doctype html><html><head><meta charset=\"utf-8\"><script type=\"module\">go(\"<script\")</script></head><body></body></html>";
    private const string Id = "20260101-120000-a";

    private readonly TempRuns runs = new();

    public ReportFileTests() => runs.AddTrained(Id);

    private string Out => runs["report.html"];

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task Report_OfRuns_HoldsTheAnswersOfTheServer()
    {
        runs.AddTrained("20260102-120000-b", objective: "beta", shift: 3);
        var leftOut = ReportFile.Write([runs[Id], runs["20260102-120000-b"]], Out, Page);
        Assert.Empty(leftOut);
        var documents = Content()["documents"]!.AsObject();
        await using var studio = await LiveStudio.Start(runs.Root);
        await studio.Until($"api/runs/{Id}", run => run["sparkline"]!.AsArray().Count > 0);
        foreach (var address in new[] { $"/api/runs/{Id}", $"/api/runs/{Id}/curves", $"/api/runs/{Id}/latents", $"/api/runs/{Id}/anatomy", "/api/runs/20260102-120000-b" })
            Assert.True(JsonNode.DeepEquals(await studio.Get(address[1..]), documents[address]), address);
        Assert.True(JsonNode.DeepEquals(await studio.Get($"api/compare?ids={Id},20260102-120000-b"), documents["/api/compare"]));
        Assert.Equal([Id, "20260102-120000-b"], documents["/api/runs"]!["runs"]!.AsArray().Select(run => (string)run!["id"]!));
        Assert.Equal("", (string)documents["/api/runs"]!["root"]!);
    }

    [Fact]
    public void Report_OfARunWithScriptsInItsTexts_HasOneScriptMore()
    {
        File.WriteAllText(runs[Id, "notes.json"], """{ "tags": ["</script><script>alert(1)</script>"], "notes": "<!-- <script>" }""");
        runs.Log(Id, $$"""{"kind":"warning","timestamp":"{{TempRuns.Time(99)}}","message":"</SCRIPT ><img src=x>"}""");
        ReportFile.Write([runs[Id]], Out, Page);
        var html = File.ReadAllText(Out);
        var inside = Script().Match(html).Groups["json"].Value;
        Assert.DoesNotContain('<', inside);
        Assert.Equal(Page, html.Replace(Script().Match(html).Value, "", StringComparison.Ordinal));
        Assert.Equal("</script><script>alert(1)</script>", (string)Content()["documents"]![$"/api/runs/{Id}"]!["tags"]![0]!);
    }

    [Fact]
    public void Report_WithPicturesAndExplorer_HoldsThemAndSaysWhatItLeftOut()
    {
        for (var epoch = 1; epoch <= 100; epoch++)
        {
            File.WriteAllText(runs[Id, "samples", $"epoch-{epoch}.png"], $"picture {epoch}");
            runs.Log(Id, $$"""{"kind":"sampleSaved","timestamp":"{{TempRuns.Time(99)}}","step":30,"path":"samples/epoch-{{epoch}}.png"}""");
        }
        runs.Log(Id, $$"""{"kind":"sampleSaved","timestamp":"{{TempRuns.Time(99)}}","step":30,"path":"recon/gone.png"}""");
        Directory.CreateDirectory(runs[Id, "explorer"]);
        foreach (var name in new[] { "explorer.json", "mu.npy", "secret.txt" }) File.WriteAllText(runs[Id, "explorer", name], $"content of {name} >>>???");
        var leftOut = ReportFile.Write([runs[Id]], Out, Page);
        var files = Content()["files"]!.AsObject();
        string[] pictures = [.. files.Select(file => file.Key).Where(path => path.Contains("/samples/", StringComparison.Ordinal))];
        Assert.Equal(40, pictures.Length);
        Assert.Contains($"/api/runs/{Id}/files/samples/epoch-1.png", pictures);
        Assert.Contains($"/api/runs/{Id}/files/samples/epoch-100.png", pictures);
        Assert.Equal("content of mu.npy >>>???"u8.ToArray(), Convert.FromBase64String((string)files[$"/api/runs/{Id}/files/explorer/mu.npy"]!));
        Assert.DoesNotContain(files, file => file.Key.EndsWith(".txt", StringComparison.Ordinal) || file.Key == "/ort-wasm.gz");
        Assert.Equal(leftOut, Content()["left out"]!.AsArray().Select(text => (string)text!));
        Assert.Contains(leftOut, text => text.Contains("60 of 100 pictures in samples/", StringComparison.Ordinal));
        Assert.Contains(leftOut, text => text.Contains("recon/gone.png", StringComparison.Ordinal));
    }

    [Fact]
    public void Report_OfTwoRunsOfOneName_TellsThemApart()
    {
        runs.AddTrained("other/" + Id, epochs: 5);
        ReportFile.Write([runs[Id], runs["other", Id], runs[Id] + "/"], Out, Page);
        var documents = Content()["documents"]!;
        Assert.Equal([Id, Id + "-2"], documents["/api/runs"]!["runs"]!.AsArray().Select(run => (string)run!["id"]!));
        Assert.Equal(5, (int)documents[$"/api/runs/{Id}-2"]!["epoch"]!);
    }

    [Fact]
    public void Report_OfWhatIsNoRun_IsRefusedAndWritesNothing()
    {
        var error = Assert.Throws<UserException>(() => ReportFile.Write([runs[Id], runs["nothing"]], Out, Page));
        Assert.Contains("there is no run folder", error.What, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public void Report_ToAFolder_IsRefused() => Assert.Throws<UserException>(() => ReportFile.Write([runs[Id]], runs.Root, Page));

    private JsonNode Content() => JsonNode.Parse(Script().Match(File.ReadAllText(Out)).Groups["json"].Value)!;

    [GeneratedRegex("<script type=\"application/json\" id=\"elbow-report\">(?<json>.*?)</script>\n", RegexOptions.Singleline)]
    private static partial Regex Script();
}
