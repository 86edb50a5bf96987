using Elbow.Experiments;
using Elbow.Tests.Data;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

[Collection(Alone.Name)]
public sealed class RunSessionTests
{
    [Fact]
    public void Resume_InterruptedRun_LeavesTheFilesOfAnUninterruptedOne()
    {
        using var store = new TemporaryFolder();
        var whole = Start(store, "whole", []);
        var parts = Start(store, "parts", [], stopAfter: 7);
        using (var session = RunSession.Resume(parts, [], null, TimeProvider.System)) Assert.Equal(TrainingOutcome.Finished, session.Train(CancellationToken.None));
        foreach (var checkpoint in new[] { "last", "best" })
        {
            foreach (var file in new[] { "model.safetensors", "optimizer.safetensors" })
            {
                Assert.Equal(Bytes(whole, checkpoint, file), Bytes(parts, checkpoint, file));
            }
        }
        Assert.Equal(Epochs(whole), Epochs(parts));
        Assert.Equal(15, Steps(parts).Count);
        Assert.Equal(Steps(whole), Steps(parts));
    }

    [Fact]
    public void Resume_ConfigurationThatDoesNotFit_LeavesTheRunAsItWas()
    {
        using var store = new TemporaryFolder();
        var run = Start(store, "run", [], stopAfter: 3);
        var before = File.ReadAllText(RunFolder.Open(run).ConfigPath);
        using (var session = RunSession.Resume(run, ["model.latentDim=2"], null, TimeProvider.System)) Assert.Throws<UserException>(() => session.Train(CancellationToken.None));
        Assert.Equal(before, File.ReadAllText(RunFolder.Open(run).ConfigPath));
    }

    [Fact]
    public void Resume_MoreEpochs_AreWrittenBack()
    {
        using var store = new TemporaryFolder();
        var run = Start(store, "run", []);
        using (var session = RunSession.Resume(run, ["training.epochs=5"], null, TimeProvider.System)) session.Train(CancellationToken.None);
        Assert.Equal(5, Epochs(run).Count);
        Assert.Contains("\"epochs\": 5", File.ReadAllText(RunFolder.Open(run).ConfigPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_NonFiniteTerm_FailsTheRunByNameAndKeepsTheCheckpoint()
    {
        using var store = new TemporaryFolder();
        using var session = RunSession.Start(TinyRun.Config(), store.Path, "bad", [], TimeProvider.System);
        session.Stepped = progress =>
        {
            if (progress is not { Epoch: 2, Batch: 2 }) return;
            using var frozen = Autograd.NoGrad();
            session.Experiment.Model.NamedParameters().First().Value.FillInPlace(double.NaN);
        };
        var error = Assert.Throws<RunFailedException>(() => session.Train(CancellationToken.None));
        Assert.Contains("'reconstruction' is not finite for 16 of 16 examples at step 8, epoch 2, batch 3", error.What);
        var failed = Assert.Single(EventLogReader.ReadAll(session.Folder.EventsPath).Events.OfType<Failed>());
        Assert.Equal(("reconstruction", 8), (failed.Term, failed.Step));
        using var scope = TensorScope.Open();
        Assert.All(Checkpoint.ReadWeights(session.Folder.FindCheckpoint("last")), pair => Assert.True(pair.Value.IsFinite().All(), pair.Key));
    }

    [Fact]
    public void Train_AnyOtherError_IsWhyTheRunEndedAndComesThrough()
    {
        using var store = new TemporaryFolder();
        string run;
        using (var session = RunSession.Start(TinyRun.Config(), store.Path, "bad", [], TimeProvider.System))
        {
            run = session.Folder.Root;
            session.Stepped = progress =>
            {
                if (progress is { Epoch: 2, Batch: 2 }) throw new UserException("no memory is left", "use a smaller batch");
            };
            Assert.Equal("use a smaller batch", Assert.Throws<UserException>(() => session.Train(CancellationToken.None)).Mend);
            var failed = Assert.Single(EventLogReader.ReadAll(session.Folder.EventsPath).Events.OfType<Failed>());
            Assert.Equal("no memory is left", failed.Reason);
        }
        Assert.Equal(RunStatus.Failed, RunFolder.Open(run).ReadStatus());
        using (var session = RunSession.Resume(run, [], null, TimeProvider.System)) Assert.Equal(TrainingOutcome.Finished, session.Train(CancellationToken.None));
    }

    [Fact]
    public void Train_Pictures_AreWrittenAsOftenAsAsked()
    {
        using var store = new TemporaryFolder();
        var run = Start(store, "digits", ["data.kind=digits", "data.validation=0.1", "training.picturesEvery=2", "training.batchSize=500"]);
        Assert.Equal(["epoch-2.png", "epoch-3.png"], Directory.GetFiles(RunFolder.Open(run).SamplesPath).Select(path => Path.GetFileName(path)).Order());
        Assert.Equal(2, Directory.GetFiles(RunFolder.Open(run).ReconPath).Length);
    }

    [Fact]
    public void Train_Diagnostics_ComeAsOftenAsAsked()
    {
        using var store = new TemporaryFolder();
        var run = Start(store, "looks", ["diagnostics.anatomyEvery=2", "training.epochs=4"]);
        var looks = EventLogReader.ReadAll(RunFolder.Open(run).EventsPath).Events.OfType<DiagnosticsLogged>().ToList();
        Assert.Equal([2, 4], looks.Select(look => look.Epoch));
        Assert.All(looks, look => Assert.Single(look.Series["kl"]));
    }

    [Theory]
    [InlineData(101, 0, 1)]
    [InlineData(1037, 0, 7)]
    [InlineData(1037, 13, 1)]
    public void SplitEvaluation_OddSizes_CountsEveryExample(int count, long nllSamples, long elboSamples)
    {
        using var store = new TemporaryFolder();
        var run = Start(store, "odd", [$"data.count={count}", "training.epochs=1", "training.batchSize=500"]);
        using var trained = TrainedModel.Open(run);
        var total = 0;
        foreach (var split in new[] { "train", "validation", "test" })
        {
            var data = trained.Experiment.Data.Split(split)!;
            var result = SplitEvaluation.Run(trained, data, elboSamples, nllSamples, seed: 1);
            Assert.Equal(data.Count, result.N);
            var elbo = result.Elbo!.Value;
            Assert.Equal(result.Reconstruction.Value - result.Kl!.Value.Value, elbo.Value, 1e-9);
            Assert.Equal(nllSamples > 0, result.Nll is not null);
            if (result.Nll is { } nll) Assert.True(-nll.Value > elbo.Value - 4 * elbo.StandardError, $"{-nll.Value} below {elbo}");
            Assert.Null(result.BitsPerDim);
            total += result.N;
        }
        Assert.Equal(count, total);
    }

    [Fact]
    public void SplitEvaluation_SameSeed_IsTheSameAndSamplesShrinkTheNoise()
    {
        using var store = new TemporaryFolder();
        using var trained = TrainedModel.Open(Start(store, "run", ["data.count=500"]));
        var data = trained.Experiment.Data.Train;
        Assert.Equal(SplitEvaluation.Run(trained, data, 2, 3, 1), SplitEvaluation.Run(trained, data, 2, 3, 1));
        Assert.NotEqual(SplitEvaluation.Run(trained, data, 2, 3, 1), SplitEvaluation.Run(trained, data, 2, 3, 2));
    }

    [Fact]
    public void SplitEvaluation_WeightsThatAreNoNumbers_IsRefusedByName()
    {
        using var store = new TemporaryFolder();
        using var session = RunSession.Start(TinyRun.Config(), store.Path, "run", [], TimeProvider.System);
        session.Train();
        using var trained = TrainedModel.Open(session.Folder.Root);
        using (Torch.Autograd.NoGrad()) trained.Experiment.Model.NamedParameters().First().Value.FillInPlace(double.NaN);

        var error = Assert.Throws<RunFailedException>(() => SplitEvaluation.Run(trained, trained.Experiment.Data.Test!));

        Assert.Contains("'reconstruction' is not a number for", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void SplitEvaluation_DiscreteData_HasBitsPerDimension()
    {
        using var store = new TemporaryFolder();
        string[] digits = ["data.kind=digits", "model.likelihood.kind=categorical", "model.likelihood.levels=17", "training.epochs=1", "training.batchSize=500"];
        using var trained = TrainedModel.Open(Start(store, "digits", digits));
        var result = SplitEvaluation.Run(trained, trained.Experiment.Data.Test!, 1, 2, 1);
        Assert.Equal(result.Nll!.Value.Value / (64 * Math.Log(2)), result.BitsPerDim!.Value.Value, 1e-12);
        var without = SplitEvaluation.Run(trained, trained.Experiment.Data.Test!, 1, 0, 1);
        Assert.Equal(-without.Elbo!.Value.Value / (64 * Math.Log(2)), without.BitsPerDim!.Value.Value, 1e-12);
    }

    [Fact]
    public void Open_AveragedRun_JudgesTheAverage()
    {
        using var store = new TemporaryFolder();
        var run = Start(store, "average", ["training.ema=0.9"]);
        using var trained = TrainedModel.Open(run, "last");
        using var scope = TensorScope.Open();
        var folder = RunFolder.Open(run).FindCheckpoint("last");
        Assert.Equal(Small.Values(Checkpoint.ReadAverage(folder)), Small.Values(trained.Experiment.Model.NamedTensors()));
        Assert.NotEqual(Small.Values(Checkpoint.ReadModel(folder)), Small.Values(trained.Experiment.Model.NamedTensors()));
        Assert.False(trained.Experiment.Model.Training);
        trained.Experiment.Judge(null, () => { });
        Assert.False(trained.Experiment.Model.Training);
    }

    private static string Start(TemporaryFolder store, string name, string[] settings, int? stopAfter = null)
    {
        using var stop = new CancellationTokenSource();
        using var session = RunSession.Start(TinyRun.Config(settings), store.Path, name, [], TimeProvider.System);
        var steps = 0;
        session.Stepped = _ =>
        {
            if (++steps == stopAfter) stop.Cancel();
        };
        session.Train(stop.Token);
        return session.Folder.Root;
    }

    private static byte[] Bytes(string run, string checkpoint, string file) => File.ReadAllBytes(Path.Combine(run, "checkpoints", checkpoint, file));

    private static List<(int Epoch, double Elbo)> Epochs(string run) =>
        [.. EventLogReader.ReadAll(RunFolder.Open(run).EventsPath).Events.OfType<EpochCompleted>().Select(epoch => (epoch.Epoch, epoch.Splits["validation"]["elbo"].Mean))];

    private static List<(long Step, double Elbo)> Steps(string run) =>
        [.. EventLogReader.ReadAll(RunFolder.Open(run).EventsPath).Events.OfType<StepLogged>().Select(step => (step.Step, step.Terms["elbo"]))];
}
