using System.Net;
using System.Text.Json.Nodes;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Resources;

/// <summary>The addresses that tell of runs, asked of the real server.</summary>
public sealed class RunsTests : IDisposable
{
    private readonly TempRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task Runs_OfAFolder_AreListedNewestFirstWithTheirFacts()
    {
        runs.AddTrained("20260101-120000-first", epochs: 3);
        runs.Add("20260102-120000-second");
        await using var studio = await LiveStudio.Start(runs.Root);
        var table = await studio.Until("api/runs", table => table["runs"]![1]!["sparkline"]!.AsArray().Count == 3);
        Assert.Equal(runs.Root, (string)table["root"]!);
        Assert.Equal(["20260102-120000-second", "20260101-120000-first"], table["runs"]!.AsArray().Select(run => (string)run!["id"]!));
        var first = table["runs"]![1]!;
        Assert.Equal(("first", "finished", 3, 9, 30), ((string)first["name"]!, (string)first["status"]!, (int)first["epoch"]!, (int)first["epochs"]!, (int)first["step"]!));
        Assert.Equal("elbo standardNormal categorical mlp conv diagonalNormal digits", string.Join(' ', "objective prior likelihood encoder decoder posterior data".Split(' ').Select(key => (string)first[key]!)));
        Assert.Equal((2, 1), ((int)first["latentDim"]!, (int)first["seed"]!));
        Assert.Equal([-99, -98, -97], first["sparkline"]!.AsArray().Select(value => (double)value!));
        Assert.Equal((-97, 0.5), ((double)first["metrics"]!["validation/objective"]!["value"]!, (double)first["metrics"]!["validation/objective"]!["se"]!));
        Assert.Null(first["metrics"]!["train/objective"]!["se"]);
        Assert.Equal("killed", (string)table["runs"]![0]!["status"]!);
        Assert.Empty(table["skipped"]!.AsArray());
    }

    [Fact]
    public async Task Run_Imported_IsFinishedWithItsLastCheckpointAndKilledBefore()
    {
        string Saved(string name) => $$"""{"kind":"checkpointSaved","timestamp":"{{TempRuns.Time(1)}}","name":"{{name}}","step":0}""";
        var begun = $$"""{"kind":"imported","timestamp":"{{TempRuns.Time(0)}}","file":"w.safetensors","sha256":"ab","tensors":8}""";
        runs.Add("20260101-120000-whole");
        runs.Log("20260101-120000-whole", begun, Saved("best"), Saved("last"));
        runs.Add("20260101-120000-cut");
        runs.Log("20260101-120000-cut", begun, Saved("best"));
        await using var studio = await LiveStudio.Start(runs.Root);
        var (whole, cut) = (await studio.Get("api/runs/20260101-120000-whole"), await studio.Get("api/runs/20260101-120000-cut"));
        Assert.Equal(("finished", "imported from w.safetensors"), ((string)whole["status"]!, (string)whole["reason"]!));
        Assert.NotNull((string?)whole["started"]);
        Assert.Equal("killed", (string)cut["status"]!);
        Assert.StartsWith("the import was cut off", (string)cut["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_OfAFolderThatIsNotThere_AreNone()
    {
        await using var studio = await LiveStudio.Start(runs["later"]);
        Assert.Empty((await studio.Get("api/runs"))["runs"]!.AsArray());
        Directory.CreateDirectory(runs["later"]);
        Directory.Move(runs.AddTrained("20260101-120000-a"), runs["later", "20260101-120000-a"]);
        await studio.Until("api/runs", table => table["runs"]!.AsArray().Count == 1);
    }

    [Fact]
    public async Task Metrics_OfAnEvaluation_AreNamedBySplitAndTheNewestCounts()
    {
        var folder = runs.AddTrained("20260101-120000-a");
        File.WriteAllText(Path.Combine(folder, "metrics.json"), """
            [ { "kind": "evaluate", "split": "test", "values": { "n": 5, "elbo": { "value": -9, "se": 1 }, "nll": null } },
              { "kind": "evaluate", "split": "test", "values": { "elbo": { "value": -8, "se": null }, "scores": [ { "name": "mig", "value": 0.5, "se": 0.1 } ] } } ]
            """);
        await using var studio = await LiveStudio.Start(runs.Root);
        var metrics = (await studio.Get("api/runs"))["runs"]![0]!["metrics"]!;
        Assert.Equal(-8, (double)metrics["test/elbo"]!["value"]!);
        Assert.Equal(0.5, (double)metrics["test/scores/mig"]!["value"]!);
        Assert.False(metrics.AsObject().ContainsKey("test/n"));
    }

    [Theory]
    [InlineData("""{"kind":"failed","timestamp":"2026-01-31T12:00:09Z","reason":"not finite","step":3}""", 3)]
    [InlineData("""{"kind":"interrupted","timestamp":"2026-01-31T12:00:09Z","step":3}""", 3)]
    public async Task Step_OfARunThatEndedBetweenLoggedOnes_IsThatOfItsEnd(string end, int step)
    {
        runs.Add("20260101-120000-a");
        runs.Log("20260101-120000-a", TempRuns.Started(), end);
        runs.Add("20260101-120000-b");
        runs.Log("20260101-120000-b", TempRuns.Started(), TempRuns.Epoch(1, 10, -9), TempRuns.Step(12, 2, -8), end.Replace("\"step\":3", "\"step\":13", StringComparison.Ordinal));
        await using var studio = await LiveStudio.Start(runs.Root);
        var table = await studio.Until("api/runs", table => table["runs"]![0]!["sparkline"]!.AsArray().Count == 1);
        Assert.Equal([13, step], table["runs"]!.AsArray().Select(run => (int)run!["step"]!));
    }

    [Fact]
    public async Task Run_Trained_IsToldInFull()
    {
        var folder = runs.AddTrained("20260101-120000-it's");
        runs.Log("20260101-120000-it's", $$"""{"kind":"warning","timestamp":"{{TempRuns.Time(99)}}","message":"<script>alert(1)</script>"}""", $$"""{"kind":"checkpointSaved","timestamp":"{{TempRuns.Time(99)}}","name":"best","step":30}""",
            $$"""{"kind":"sampleSaved","timestamp":"{{TempRuns.Time(99)}}","step":30,"path":"samples/epoch-3.png"}""", "no event");
        await using var studio = await LiveStudio.Start(runs.Root);
        var run = await studio.Get("api/runs/20260101-120000-it's");
        Assert.Equal("elbo", (string)run["config"]!["objective"]!["kind"]!);
        Assert.Equal(1, (int)run["environment"]!["format"]!);
        Assert.Null(run["metrics"]);
        Assert.Equal(-97, (double)run["latest"]!["validation/objective"]!["value"]!);
        Assert.Equal((3, "<script>alert(1)</script>"), ((int)run["warnings"]![0]!["epoch"]!, (string)run["warnings"]![0]!["message"]!));
        Assert.Equal(("best", 30), ((string)run["checkpoints"]![0]!["name"]!, (int)run["checkpoints"]![0]!["step"]!));
        Assert.Equal(("samples", "samples/epoch-3.png", 3, 30), ((string)run["pictures"]![0]!["kind"]!, (string)run["pictures"]![0]!["path"]!, (int)run["pictures"]![0]!["epoch"]!, (int)run["pictures"]![0]!["step"]!));
        Assert.Equal(["anatomy/kl", "batch/kl", "batch/objective", "examplesPerSecond", "learningRate", "train/objective", "validation/objective"], run["curves"]!.AsArray().Select(name => (string)name!));
        Assert.Equal($"elbow train '{folder.Replace("'", "'\\''")}/config.json'", (string)run["command"]!);
        Assert.Equal((1, false), ((int)run["skippedLines"]!, (bool)run["explorer"]!));
    }

    [Fact]
    public async Task Pictures_DrawnAfterTraining_AreThereWithoutAnEpoch()
    {
        var folder = runs.AddTrained("a");
        runs.Log("a", $$"""{"kind":"sampleSaved","timestamp":"{{TempRuns.Time(99)}}","step":30,"path":"samples/epoch-3.png"}""");
        foreach (var name in new[] { "samples/epoch-3.png", "latent/map.png", "latent/notes.txt", "recon/.hidden.png" }) File.WriteAllText(Path.Combine(folder, name), "content");
        File.CreateSymbolicLink(Path.Combine(folder, "latent", "link.png"), Path.Combine(folder, "latent", "map.png"));
        await using var studio = await LiveStudio.Start(runs.Root);
        var pictures = (await studio.Get("api/runs/a"))["pictures"]!.AsArray();
        Assert.Equal([("samples/epoch-3.png", 3), ("latent/map.png", null)], pictures.Select(picture => ((string)picture!["path"]!, (int?)picture["epoch"])));
    }

    [Fact]
    public async Task Curves_OfARun_HoldStepEpochTimeValueAndError()
    {
        runs.AddTrained("20260101-120000-a", epochs: 4);
        await using var studio = await LiveStudio.Start(runs.Root);
        var curves = await studio.Get("api/runs/20260101-120000-a/curves?names=validation/objective,batch/kl,unheard&points=1000");
        Assert.Equal(["batch/kl", "validation/objective"], curves.AsObject().Select(pair => pair.Key).Order());
        var curve = curves["validation/objective"]!;
        Assert.Equal([10, 20, 30, 40], curve["step"]!.AsArray().Select(value => (int)value!));
        Assert.Equal([1, 2, 3, 4], curve["epoch"]!.AsArray().Select(value => (int)value!));
        Assert.Equal([10, 20, 30, 40], curve["seconds"]!.AsArray().Select(value => (double)value!));
        Assert.Equal([-99, -98, -97, -96], curve["value"]!.AsArray().Select(value => (double)value!));
        Assert.Equal([0.5, 0.5, 0.5, 0.5], curve["error"]!.AsArray().Select(value => (double)value!));
        Assert.All(curves["batch/kl"]!["error"]!.AsArray(), Assert.Null);
        Assert.Equal(7, (await studio.Get("api/runs/20260101-120000-a/curves")).AsObject().Count);
        Assert.Equal(2, (await studio.Get("api/runs/20260101-120000-a/curves?points=3"))["batch/kl"]!["value"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("points=1")]
    [InlineData("points=1000000000")]
    [InlineData("points=many")]
    public async Task Curves_WithAnotherNumberOfPoints_AreRefused(string query)
    {
        runs.AddTrained("20260101-120000-a");
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, what, _) = await studio.Refused($"api/runs/20260101-120000-a/curves?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(query, what, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curves_WithNumbersThatAreNotFinite_HoldNull()
    {
        runs.Add("20260101-120000-a");
        runs.Log("20260101-120000-a", TempRuns.Started(), TempRuns.Step(1, 1, double.NaN), TempRuns.Step(2, 1, double.NegativeInfinity), TempRuns.Step(3, 1, -5));
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.Equal([null, null, -5], (await studio.Get("api/runs/20260101-120000-a/curves"))["batch/objective"]!["value"]!.AsArray().Select(value => (double?)value));
    }

    [Fact]
    public async Task LatentsAndAnatomy_OfARun_FollowTheEpochs()
    {
        runs.AddTrained("20260101-120000-a", epochs: 600);
        await using var studio = await LiveStudio.Start(runs.Root);
        var latents = await studio.Get("api/runs/20260101-120000-a/latents");
        int[] epochs = [.. latents["epoch"]!.AsArray().Select(value => (int)value!)];
        Assert.Equal((200, 1, 600), (epochs.Length, epochs[0], epochs[^1]));
        Assert.Equal(epochs.Select(epoch => (double)epoch), latents["kl"]!.AsArray().Select(row => (double)row![0]!));
        Assert.Empty(latents["secondMoment"]!.AsArray());
        Assert.Equal([0, 1], latents["collapsed"]![7]!.AsArray().Select(value => (double)value!));
        var anatomy = await studio.Get("api/runs/20260101-120000-a/anatomy");
        Assert.Equal(500, anatomy["epoch"]!.AsArray().Count);
        Assert.Equal(anatomy["epoch"]!.AsArray().Select(value => (double)value!), anatomy["values"]!["kl"]!["mean"]!.AsArray().Select(value => (double)value!));
        Assert.All(anatomy["values"]!["kl"]!["standardError"]!.AsArray(), error => Assert.Equal(0.25, (double)error!));
    }

    [Fact]
    public async Task Resumed_AtAStep_VoidsWhatWasLoggedAfterIt()
    {
        runs.Add("20260101-120000-a");
        runs.Log("20260101-120000-a", TempRuns.Started(), TempRuns.Epoch(1, 10, -9), TempRuns.Step(15, 2, -1), TempRuns.Epoch(2, 20, -8),
            $$"""{"kind":"resumed","timestamp":"{{TempRuns.Time(50)}}","step":10}""", TempRuns.Step(15, 2, -3), TempRuns.Epoch(2, 20, -7));
        await using var studio = await LiveStudio.Start(runs.Root);
        var curves = await studio.Get("api/runs/20260101-120000-a/curves");
        Assert.Equal([-9, -7], curves["validation/objective"]!["value"]!.AsArray().Select(value => (double)value!));
        Assert.Equal([-3], curves["batch/objective"]!["value"]!.AsArray().Select(value => (double)value!));
        var run = await studio.Until("api/runs/20260101-120000-a", run => run["sparkline"]!.AsArray().Count > 0);
        Assert.Equal([-9, -7], run["sparkline"]!.AsArray().Select(value => (double)value!));
    }

    [Theory]
    [InlineData("api/runs/nothing")]
    [InlineData("api/runs/nothing/curves")]
    [InlineData("api/runs/nothing/latents")]
    [InlineData("api/runs/nothing/anatomy")]
    [InlineData("api/runs/nothing/files/samples/a.png")]
    [InlineData("api/runs/..%2f..%2fetc")]
    [InlineData("api/compare?ids=nothing")]
    [InlineData("api/elsewhere")]
    [InlineData("assets/nothing.js")]
    public async Task AnythingElse_IsNotFoundInTwoLines(string path)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        var (status, what, how) = await studio.Refused(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.NotEmpty(what);
        Assert.NotEmpty(how);
    }
}
