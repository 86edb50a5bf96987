using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>Weights as runs: what goes out comes back, what does not fit is named whole, and nothing half is left.</summary>
public sealed class ImportedRunTests : IDisposable
{
    private static readonly string[] Settings = ["training.epochs=2", "training.threads=1", "training.picturesEvery=0", "diagnostics.anatomyEvery=0"];

    private const string Conv = """
        { "data": { "kind": "digits", "scale": "unit" },
          "model": { "latentDim": 2, "encoder": { "kind": "conv", "channels": [4, 6], "norm": "batch", "residualBlocks": 1 }, "decoder": { "kind": "conv", "channels": [6, 4] }, "likelihood": { "kind": "normal" },
                     "prior": { "kind": "vamp", "components": 5 } },
          "objective": { "kind": "elbo" } }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("elbow-import-").FullName;
    private readonly List<string> warnings = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Save_OfAnExportedRun_EvaluatesToTheSameNumbers()
    {
        var config = ConfigReader.Read<ExperimentConfig>(Conv, Settings);
        using var trained = Trained(config);
        PortableWeights.Write(trained, At("w.safetensors"));

        var run = Import(config);

        using var imported = TrainedModel.Open(run);
        var (before, after) = (Evaluate(trained), Evaluate(imported));
        Assert.Equal((before.Elbo, before.Kl, before.Reconstruction, before.Nll, before.Mse), (after.Elbo, after.Kl, after.Reconstruction, after.Nll, after.Mse));
        Assert.Empty(warnings);
        // What a checkpoint holds is understood as well: its names count every layer.
        using var again = TrainedModel.Open(Import(config, Path.Combine(run, "checkpoints", "best", "model.safetensors")));
        Assert.Equal(before.Elbo, Evaluate(again).Elbo);
    }

    [Fact]
    public void Save_Always_SaysWhereTheWeightsAreFrom()
    {
        var config = TinyRun.Config();
        var tensors = Weights(config);
        Write(tensors);

        var folder = RunFolder.Open(Import(config));

        var events = EventLogReader.ReadAll(folder.EventsPath).Events;
        Assert.Equal(["Imported", "CheckpointSaved", "CheckpointSaved"], events.Select(e => e.GetType().Name));
        var imported = Assert.IsType<Imported>(events[0]);
        Assert.Equal(("w.safetensors", tensors.Count), (imported.File, imported.Tensors));
        Assert.Equal(new WeightsStamp(At("w.safetensors"), imported.Sha256), folder.ReadEnvironment().Weights);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(At("w.safetensors")))), imported.Sha256);
        Assert.Equal(RunStatus.Finished, folder.ReadStatus());
        Assert.Equal(["best", "last"], folder.ListCheckpoints());
    }

    [Theory]
    [InlineData(DType.Float64, 0)]
    [InlineData(DType.Float16, 1e-3)]
    [InlineData(DType.BFloat16, 1e-2)]
    public void Save_OtherFloatingPointTypes_AreConvertedWithAWord(DType type, double precision)
    {
        var config = TinyRun.Config();
        var tensors = Weights(config);
        using var scope = TensorScope.Open();
        Write(tensors.ToDictionary(pair => pair.Key, pair => pair.Value.To(type)));

        var run = Import(config);

        Assert.Equal($"{tensors.Count} of {tensors.Count} tensors were converted from {type} to Float32", Assert.Single(warnings));
        Assert.Contains(EventLogReader.ReadAll(RunFolder.Open(run).EventsPath).Events, e => e is Warned warned && warned.Message == warnings[0]);
        using var imported = TrainedModel.Open(run);
        foreach (var (name, value) in imported.Experiment.Model.PortableTensors())
            Assert.All(value.ToArray<float>().Zip(tensors[name].ToArray<float>()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, precision * Math.Max(1, Math.Abs(pair.Second))));
    }

    [Fact]
    public void Save_WeightsOfAnotherNetwork_NamesAllThatIsWrongAndLeavesNothing()
    {
        var tensors = Weights(TinyRun.Config());
        using var scope = TensorScope.Open();
        tensors.Remove("encoder.2.bias");
        tensors["encoder.4.weight"] = tensors["encoder.5.bias.num_batches_tracked"] = Tensor.Zeros([2]);
        tensors["decoder.0.bias"] = Tensor.Zeros([4], DType.Int64);
        tensors["decoder.2.weight"] = Tensor.Zeros([7, 4]);
        Write(tensors);

        var error = Assert.Throws<UserException>(() => Import(TinyRun.Config()));

        Assert.Equal($"the weights in {At("w.safetensors")} are not those of the configuration: missing: encoder.2.bias; unknown: encoder.4.weight; "
            + "of another shape: decoder.2.weight [7, 4] for [2, 4]; of another type: decoder.0.bias Int64 for Float32", error.What);
        Assert.False(Directory.Exists(At("runs")));
    }

    [Fact]
    public void Save_NumbersThatAreNotFinite_AreRefused()
    {
        var tensors = Weights(TinyRun.Config());
        using var scope = TensorScope.Open();
        tensors["encoder.0.bias"] = Tensor.Full(1e300, [4], DType.Float64);
        Write(tensors);

        Assert.Contains("'encoder.0.bias' holds numbers that are not finite in 32 bits", Assert.Throws<UserException>(() => Import(TinyRun.Config())).What);
        Assert.False(Directory.Exists(At("runs")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no weights at all")]
    [InlineData("\u0010\0\0\0\0\0\0\0{\"a\":{\"dtype\":1}")]
    public void Save_DamagedFile_IsRefused(string text)
    {
        File.WriteAllText(At("w.safetensors"), text);

        Assert.Contains("cannot be read", Assert.Throws<UserException>(() => Import(TinyRun.Config())).What);
        Assert.Contains("there is no file", Assert.Throws<UserException>(() => Import(TinyRun.Config(), At("none.safetensors"))).What);
        Assert.False(Directory.Exists(At("runs")));
    }

    [Fact]
    public void Resume_OfAnImportedRun_TrainsOnFromItsWeights()
    {
        var config = TinyRun.Config();
        Write(Weights(config));
        var run = Import(config);

        using (var session = RunSession.Resume(run, ["training.epochs=1"], null, TimeProvider.System)) session.Train();

        var events = EventLogReader.ReadAll(RunFolder.Open(run).EventsPath).Events;
        Assert.IsType<Imported>(events[0]);
        Assert.Contains(events, e => e is Resumed { Step: 0 });
        Assert.IsType<Finished>(events[^1]);
    }

    [Fact]
    public void Resume_OfAnImportThatWasCutOff_IsRefused()
    {
        var config = TinyRun.Config();
        Write(Weights(config));
        var run = Import(config);
        Directory.Delete(Path.Combine(run, "checkpoints"), recursive: true);

        using var session = RunSession.Resume(run, [], null, TimeProvider.System);

        Assert.Contains("that was cut off", Assert.Throws<UserException>(() => session.Train()).What);
    }

    private static SplitEvaluation Evaluate(TrainedModel model) => SplitEvaluation.Run(model, model.Experiment.Data.Test!, nllSamples: 5);

    private TrainedModel Trained(ExperimentConfig config)
    {
        using var session = RunSession.Start(config, At("trained"), "conv");
        session.Train();
        return TrainedModel.Open(session.Folder.Root);
    }

    private string Import(ExperimentConfig config, string? file = null) => ImportedRun.Save(config, file ?? At("w.safetensors"), At("runs"), "imported", [], warnings.Add);

    // As they are before the first step, but for the seed.
    private static Dictionary<string, Tensor> Weights(ExperimentConfig config)
    {
        using var experiment = Experiment.Create(config with { Training = config.Training with { Seed = 5 } });
        return experiment.Model.PortableTensors().ToDictionary(pair => pair.Key, pair => pair.Value.Detach().Clone());
    }

    private void Write(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var file = File.Create(At("w.safetensors"));
        Safetensors.Write(file, tensors);
    }

    private string At(string name) => Path.Combine(folder, name);
}
