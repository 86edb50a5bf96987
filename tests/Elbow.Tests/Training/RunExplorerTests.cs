using System.Text.Json.Nodes;
using Elbow.Data.Formats;
using Elbow.Experiments;
using Elbow.Tests.Data;
using Elbow.Tests.Support;
using Elbow.Training;

namespace Elbow.Tests.Training;

[Collection(Alone.Name)]
public sealed class RunExplorerTests
{
    private static readonly string[] On = ["diagnostics.explorer=true"];

    [Fact]
    public void Train_ToTheEnd_ShowsTheBestCheckpointAndLeavesTheLastWeightsInTheModel()
    {
        using var store = new TemporaryFolder();
        using var session = RunSession.Start(TinyRun.Config(On), store.Path, "run", [], TimeProvider.System);
        // The first epoch is the best when learning goes the wrong way.
        session.Stepped = progress =>
        {
            if (progress is not { Epoch: 2, Batch: 1 }) return;
            using var frozen = Torch.Autograd.NoGrad();
            foreach (var (_, tensor) in session.Experiment.Model.NamedParameters()) tensor.FillInPlace(3);
        };
        session.Train();
        using var scope = Torch.TensorScope.Open();
        var last = Small.Values(Checkpoint.ReadWeights(session.Folder.FindCheckpoint("last")));
        Assert.Equal(last, Small.Values(session.Experiment.Model.NamedTensors()));

        using var best = TrainedModel.Open(session.Folder.Root);
        var json = Json(session.Folder);
        Assert.Equal(("best", best.Step, "test"), (json["checkpoint"]!.GetValue<string>(), json["step"]!.GetValue<long>(), json["split"]!.GetValue<string>()));
        Assert.NotEqual(best.Step, Checkpoint.ReadState(session.Folder.FindCheckpoint("last")).Step);
        Assert.Equal(best.Encode(best.Experiment.Data.Test!).Mean, NumberArray.Read(Path.Combine(session.Folder.ExplorerPath, "mu.npy")).Values.Select(value => (float)value));
        Assert.DoesNotContain(Events(session.Folder), e => e is Warned);
    }

    [Fact]
    public void Train_ManyLatents_SaysThatTheyHaveNoAxes_AndTellsWhenTheWeightsAreSafe()
    {
        using var store = new TemporaryFolder();
        using var session = RunSession.Start(TinyRun.Config([.. On, "model.latentDim=1025", "training.epochs=1"]), store.Path, "run", [], TimeProvider.System);
        var (told, drawn) = (false, true);
        session.Trained = () => (told, drawn) = (session.Folder.ListCheckpoints().Contains("last"), session.Folder.FindExplorer() is not null);

        session.Train();

        Assert.True(told);
        Assert.False(drawn);
        Assert.Contains("principal axes", Json(session.Folder)["warnings"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_WithOrWithoutTheExplorer_LeavesTheSameBytes()
    {
        using var store = new TemporaryFolder();
        var without = Run(store, "without", []);
        var with = Run(store, "with", On);
        var parts = Run(store, "parts", On, stopAfter: 7);
        Assert.Null(RunFolder.Open(parts).FindExplorer());
        using (var session = RunSession.Resume(parts, [], null, TimeProvider.System)) session.Train();
        using (var session = RunSession.Resume(with, ["training.epochs=4"], null, TimeProvider.System)) session.Train();
        using (var session = RunSession.Resume(parts, ["training.epochs=4"], null, TimeProvider.System)) session.Train();
        using (var session = RunSession.Resume(without, ["training.epochs=4"], null, TimeProvider.System)) session.Train();
        foreach (var file in new[] { "model.safetensors", "optimizer.safetensors" })
        {
            Assert.Equal(Bytes(without, file), Bytes(with, file));
            Assert.Equal(Bytes(without, file), Bytes(parts, file));
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(with, "explorer", "mu.npy")), File.ReadAllBytes(Path.Combine(parts, "explorer", "mu.npy")));
        Assert.Null(RunFolder.Open(without).FindExplorer());
    }

    // A file where the folder should be: the rename fails, as it would on a broken disk.
    [Fact]
    public void Train_ExplorerThatCannotBeWritten_WarnsAndFinishes()
    {
        using var store = new TemporaryFolder();
        using var session = RunSession.Start(TinyRun.Config(On), store.Path, "run", [], TimeProvider.System);
        File.WriteAllText(session.Folder.ExplorerPath, "in the way");
        Assert.Equal(TrainingOutcome.Finished, session.Train());
        var warned = Assert.Single(Events(session.Folder).OfType<Warned>());
        Assert.StartsWith("there is no new explorer/ for the studio: ", warned.Message, StringComparison.Ordinal);
        Assert.EndsWith($"elbow explore {session.Folder.Name} writes it", warned.Message, StringComparison.Ordinal);
        Assert.Contains(Events(session.Folder), e => e is Finished);
        session.Dispose();
        Assert.Equal(RunStatus.Finished, RunFolder.Open(session.Folder.Root).ReadStatus());
    }

    [Fact]
    public void Write_AfterAnEvaluation_HasWhatEachRowScored()
    {
        using var store = new TemporaryFolder();
        var run = Run(store, "run", []);
        using var trained = TrainedModel.Open(run);
        var test = trained.Experiment.Data.Test!;
        var (result, scores) = SplitEvaluation.RunEach(trained, test, elboSamples: 1, nllSamples: 5);
        scores.Write(ExampleScores.PathOf(trained.Folder, "test", "best"));
        RunExplorer.Write(trained);
        Assert.DoesNotContain("nll", Columns(trained.Folder));
        Append(trained, step: trained.Step + 1);
        RunExplorer.Write(trained);
        Assert.DoesNotContain("nll", Columns(trained.Folder));
        Append(trained, trained.Step);
        RunExplorer.Write(trained);
        var nll = Json(trained.Folder)["columns"]!.AsArray().Single(column => column!["name"]!.GetValue<string>() == "nll")!["values"]!.AsArray().Select(value => value!.GetValue<float>());
        Assert.Equal(scores.Columns["nll"].Select(value => (float)value), nll);

        void Append(TrainedModel of, long step) => new MetricsFile(of.Folder.MetricsPath, TimeProvider.System).Append(
            new MetricsEntry("evaluate", "test", of.Experiment.Data.Sha256, "elbo", new Dictionary<string, long> { ["examples"] = result.N }, "best", DateTimeOffset.UnixEpoch, [], step), _ => { });
    }

    [Theory]
    [InlineData("objective.kind=rae-l2", "what rae-l2 draws from")]
    [InlineData("objective={\"kind\":\"avae\",\"points\":20}", "what avae draws from")]
    [InlineData("model.prior.kind=mog", "mog")]
    public void Write_Prior_SaysWhatIsDrawnFrom(string setting, string prior)
    {
        using var store = new TemporaryFolder();
        string[] deterministic = setting.StartsWith("objective", StringComparison.Ordinal) ? ["model.posterior.kind=point", "model.likelihood.scale=fixed"] : [];
        var run = RunFolder.Open(Run(store, "run", [.. On, .. deterministic, setting]));
        Assert.Equal(prior, Json(run)["prior"]!.GetValue<string>());
        Assert.Equal([2000, 1], NumberArray.Read(Path.Combine(run.ExplorerPath, "prior.npy")).Dims);
        Assert.Equal(deterministic.Length > 0 ? ["no holes: a deterministic encoder has no density"] : [], Json(run)["warnings"]!.AsArray().Select(warning => warning!.GetValue<string>()));
    }

    [Fact]
    public void Write_WithoutHeldOutData_ShowsTheTrainingData()
    {
        using var store = new TemporaryFolder();
        Assert.Equal("train", Json(RunFolder.Open(Run(store, "run", [.. On, "data.validation=0", "data.test=0"])))["split"]!.GetValue<string>());
        Assert.Equal("validation", Json(RunFolder.Open(Run(store, "other", [.. On, "data.test=0"])))["split"]!.GetValue<string>());
    }

    private static string Run(TemporaryFolder store, string name, string[] overrides, long? stopAfter = null)
    {
        using var session = RunSession.Start(TinyRun.Config(overrides), store.Path, name, [], TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var steps = 0;
        session.Stepped = _ => { if (++steps == stopAfter) stop.Cancel(); };
        session.Train(stop.Token);
        return session.Folder.Root;
    }

    private static JsonNode Json(RunFolder folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FindExplorer()!, "explorer.json")))!;

    private static IEnumerable<string> Columns(RunFolder folder) => Json(folder)["columns"]!.AsArray().Select(column => column!["name"]!.GetValue<string>());

    private static IReadOnlyList<RunEvent> Events(RunFolder folder) => EventLogReader.ReadAll(folder.EventsPath).Events;

    private static byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(RunFolder.Open(run).FindCheckpoint("last"), file));
}
