using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Elbow.Data.Formats;
using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Export;

/// <summary>Plain PyTorch on the other side: it loads what Elbow writes by the code in docs/export.md, and Elbow loads what it wrote.</summary>
public sealed partial class PyTorchTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private const int B = 6;

    private const string MlpOfTheDocument = """
        { "data": { "kind": "digits" },
          "model": { "latentDim": 3, "encoder": { "kind": "mlp", "hidden": [32] }, "decoder": { "kind": "mlp", "hidden": [32] }, "likelihood": { "kind": "categorical", "levels": 17 } },
          "objective": { "kind": "elbo" } }
        """;

    private const string Compare = """
        import os, sys
        differences = {}
        for name, vae in (("mlp", mlp), ("conv", conv)):
            at = lambda part: os.path.join(sys.argv[1], f"{name}{part}")
            vae, card = load(vae, at(".safetensors"))
            assert card["latentDim"] == 3 and card["data"]["shape"] == [1, 8, 8], card
            x, z = (torch.tensor(numpy.load(at(f"-{part}.npy"))) for part in ("x", "z"))
            with torch.no_grad():
                mu, logvar = vae["encoder"](x).chunk(2, 1)
                numbers = vae["decoder"](z)
            for part, value in (("mu", mu), ("logvar", logvar), ("numbers", numbers)):
                wanted = torch.tensor(numpy.load(at(f"-{part}.npy")))
                assert wanted.abs().max() > 0.05, f"{name}: {part} is next to nothing, so nothing is compared"
                differences[f"{name}-{part}"] = (value - wanted).abs().max().item()
        print(json.dumps(differences))
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("elbow-torch-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void LoaderOfTheDocument_ExportedRuns_ComputesWhatElbowComputes()
    {
        Assert.SkipWhen(Python.WithoutTorch is not null, Python.WithoutTorch ?? "");
        Export("mlp", MlpOfTheDocument);
        Export("conv", Block("json").Match(File.ReadAllText(Repository.At("docs", "export.md"))).Groups["text"].Value);
        var script = Block("python").Match(File.ReadAllText(Repository.At("docs", "export.md"))).Groups["text"].Value;
        Assert.Contains("def load(", script);
        File.WriteAllText(At("loader.py"), script + Compare);

        var differences = JsonNode.Parse(Python.Run(At("loader.py"), folder))!.AsObject();

        Assert.Equal(6, differences.Count);
        Assert.All(differences, difference => Assert.InRange((double)difference.Value!, 0, Tolerance));
    }

    [Fact]
    public void Import_NetworkTrainedInPyTorch_HasTheElboThatPyTorchComputes()
    {
        Assert.SkipWhen(Python.WithoutTorch is not null, Python.WithoutTorch ?? "");
        const int N = 120, D = 10;
        Write("x.npy", [.. Enumerable.Range(0, N * D).Select(i => (i / D * (i % D + 3) % 7) < 3 ? 1f : 0f)], D);
        var torch = JsonNode.Parse(Python.Run(Repository.At("tests", "golden", "torch", "train.py"), folder))!;
        var config = ConfigReader.Read<ExperimentConfig>($$"""
            { "data": { "kind": "npy", "path": "{{At("x.npy")}}", "validation": 0, "test": 0 },
              "model": { "latentDim": 2, "encoder": { "kind": "mlp", "hidden": [16], "activation": "tanh", "norm": "batch" }, "decoder": { "kind": "mlp", "hidden": [16], "activation": "tanh", "norm": "batch" },
                         "likelihood": { "kind": "bernoulli" } },
              "objective": { "kind": "elbo" } }
            """);

        var warnings = new List<string>();
        using var trained = TrainedModel.Open(ImportedRun.Save(config, At("weights.safetensors"), At("runs"), "torch", [], warnings.Add));

        Assert.Empty(warnings);
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var (x, z) = (Tensor.From(Read("x.npy"), [N, D]), Tensor.From(Read("z.npy"), [N, 2]));
        var reconstruction = trained.Experiment.Model.Decode(z).LogProb(x).To(DType.Float64).Mean().ToDouble();
        Close((double)torch["reconstruction"]!, reconstruction);
        var evaluated = SplitEvaluation.Run(trained, trained.Experiment.Data.Train);
        Close((double)torch["kl"]!, evaluated.Kl!.Value.Value);
        // Ten other draws of z for each row: the same reconstruction within sampling error.
        Assert.InRange(Math.Abs(evaluated.Reconstruction.Value - reconstruction), 0, 1);
        Assert.True(reconstruction > -0.9 * D * Math.Log(2), "PyTorch's network has learned nothing, so any network would do");

        static void Close(double wanted, double got) => Assert.InRange(Math.Abs(got / wanted - 1), 0, Tolerance);
    }

    // One epoch, then what the network makes of some rows.
    private void Export(string name, string json)
    {
        using var session = RunSession.Start(ConfigReader.Read<ExperimentConfig>(json, ["training.epochs=1", "training.threads=1", "training.picturesEvery=0", "diagnostics.anatomyEvery=0"]), At("runs"), name);
        session.Train();
        using var trained = TrainedModel.Open(session.Folder.Root);
        PortableWeights.Write(trained, At($"{name}.safetensors"));
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var (model, rows) = (trained.Experiment.Model, new float[B * 64]);
        trained.Experiment.Data.Test!.Read([.. Enumerable.Range(0, B)], rows);
        var (qz_x, z) = (model.Encode(Tensor.From(rows, [B, 64])), Tensor.Linspace(-1.5, 2, B * 3, DType.Float32).Reshape(B, 3));
        Write($"{name}-x.npy", rows, 64);
        Write($"{name}-z.npy", z.ToArray<float>(), 3);
        Write($"{name}-mu.npy", qz_x.Mean.ToArray<float>(), 3);
        Write($"{name}-logvar.npy", Marginals.LogVar(qz_x)!.ToArray<float>(), 3);
        var numbers = model.Decoder.Forward(z);
        Write($"{name}-numbers.npy", numbers.ToArray<float>(), (int)numbers.Shape[1]);
    }

    private string At(string name) => Path.Combine(folder, name);

    private void Write(string name, float[] values, int columns)
    {
        using var file = File.Create(At(name));
        Npy.Write(file, values, values.Length / columns, columns);
    }

    private float[] Read(string name) => [.. NumberMatrix.Open(At(name)).Values.Select(value => (float)value)];

    private static Regex Block(string language) => language == "json" ? JsonBlock() : PythonBlock();

    [GeneratedRegex(@"```json\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"```python\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
