using System.Text.Json.Nodes;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>A model without its data: the same numbers as in its run, from a file or a folder, for any number of threads.</summary>
public sealed class DeployedModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("elbow-deploy-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("standardNormal")]
    [InlineData("vamp")]
    [InlineData("samples")]
    public void Load_OfAFileOrARunWithoutItsData_ComputesWhatTheRunComputes(string prior)
    {
        if (prior == "samples") File.WriteAllLines(At("samples.csv"), Enumerable.Range(0, 40).Select(n => $"{Math.Sin(n):F4},{Math.Cos(3 * n):F4}"));
        string[] settings = prior switch { "samples" => [$"model.prior={{\"kind\":\"samples\",\"path\":\"{At("samples.csv")}\",\"components\":3}}"], "vamp" => ["model.prior={\"kind\":\"vamp\",\"components\":4}"], _ => [] };
        float[] x = [.. Enumerable.Range(0, 3 * 64).Select(i => i * i % 17 / 16f)], mean, decoded, drawn;
        var run = Train(settings);
        using (var trained = TrainedModel.Open(run))
        {
            PortableWeights.Write(trained, At("w.safetensors"));
            mean = trained.Arrays.Encode(x).Mean;
            decoded = trained.Arrays.Decode(mean);
            drawn = trained.Arrays.DrawPrior(5, 3);
        }
        // Neither the samples nor the data are where the program runs.
        File.Delete(At("samples.csv"));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!;
        config["data"] = JsonNode.Parse("""{ "kind": "csv", "path": "/nowhere/at/all.csv" }""");
        File.WriteAllText(Path.Combine(run, "config.json"), config.ToJsonString());

        foreach (var path in new[] { At("w.safetensors"), run })
        {
            using var model = DeployedModel.Load(path);
            Assert.Equal((2, new DataShape(1, 8, 8), (0.0, 1.0)), (model.LatentDim, model.Shape, model.Range));
            Assert.Contains("scale unit", model.Preprocessing);
            Assert.Equal(mean, model.Encode(x).Mean);
            Assert.Equal(decoded, model.Decode(mean));
            Assert.Equal(drawn, model.DrawLatents(5, 3));
            var (means, pictures) = (new float[3 * 2], new float[3 * 64]);
            model.Encode(x, means);
            model.Decode(means, pictures);
            Assert.Equal(mean, means);
            Assert.Equal(decoded, pictures);
        }
    }

    [Fact]
    public void Encode_FromManyThreads_GivesEachWhatItWouldGetAlone()
    {
        using var model = Deployed();
        float[][] inputs = [.. Enumerable.Range(0, 32).Select(n => Enumerable.Range(0, (n % 5 + 1) * 64).Select(i => i * (n + 3) % 17 / 16f).ToArray())];
        var alone = inputs.Select(x => model.Decode(model.Encode(x).Mean)).ToArray();

        var together = new float[inputs.Length][];
        Parallel.For(0, 4 * inputs.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, n => together[n % inputs.Length] = model.Decode(model.Encode(inputs[n % inputs.Length]).Mean));

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Encode_PartsOfRowsOrMemoryOfAnotherSize_AreRefused()
    {
        using var model = Deployed();

        Assert.Contains("whole rows of 64", Assert.Throws<ArgumentException>(() => model.Encode(new float[65])).Message);
        Assert.Contains("whole rows of 2", Assert.Throws<ArgumentException>(() => model.Decode([])).Message);
        Assert.Contains("memory for 2 rows of 2", Assert.Throws<ArgumentException>(() => model.Encode(new float[128], new float[2])).Message);
        Assert.Contains("memory for 1 rows of 64", Assert.Throws<ArgumentException>(() => model.Decode(new float[2], new float[65])).Message);
    }

    [Fact]
    public void DrawLatents_OfAnObjectiveWithADensityOfItsOwn_IsRefused()
    {
        using var model = DeployedModel.Load(Train("objective={\"kind\":\"rae-l2\"}", "model.posterior.kind=point", "model.likelihood.scale=fixed"));

        Assert.Contains("density of its objective rae-l2", Assert.Throws<NotSupportedException>(() => model.DrawLatents(1, 1)).Message);
        Assert.Null(model.Encode(new float[64]).LogVar);
    }

    [Fact]
    public void Load_WhatSaysNothingOfItsNetwork_IsRefused()
    {
        var run = Train();
        Assert.Contains("does not say what network", Assert.Throws<UserException>(() => DeployedModel.Load(Path.Combine(run, "checkpoints", "best", "model.safetensors"))).What);
        var environment = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "environment.json")))!;
        environment["data"]!.AsObject().Remove("shape");
        File.WriteAllText(Path.Combine(run, "environment.json"), environment.ToJsonString());
        Assert.Contains("does not say what shape", Assert.Throws<UserException>(() => DeployedModel.Load(run)).What);
        Assert.Contains("there is no file", Assert.Throws<UserException>(() => DeployedModel.Load(At("none"))).What);
    }

    private DeployedModel Deployed() => DeployedModel.Load(Train());

    private string Train(params string[] settings)
    {
        var config = ConfigReader.Read<ExperimentConfig>("""
            { "data": { "kind": "digits", "scale": "unit" },
              "model": { "latentDim": 2, "encoder": { "kind": "conv", "channels": [4, 8], "norm": "batch" }, "decoder": { "kind": "mlp", "hidden": [8] }, "likelihood": { "kind": "normal" } },
              "objective": { "kind": "elbo" },
              "training": { "epochs": 1, "threads": 1, "picturesEvery": 0 }, "diagnostics": { "anatomyEvery": 0 } }
            """, settings);
        using var session = RunSession.Start(config, At("runs"), "deployed");
        session.Train();
        return session.Folder.Root;
    }

    private string At(string name) => Path.Combine(folder, name);
}
