using System.Diagnostics;
using Elbow.Experiments.Configuration;
using Elbow.Tests.Support;
using Elbow.Training;

namespace Elbow.Tests.CodeBase;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_ShowsTheQuickstartAsItIsCompiled()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "examples", "Quickstart", "Program.cs")).Trim();
        Assert.Contains(source, File.ReadAllText(Path.Combine(Repository.Root, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void DeployPage_ShowsTheExampleAsItIsCompiled()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "examples", "Deploy", "Program.cs")).Trim();
        Assert.Contains($"```csharp\n{source}\n```", File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md")), StringComparison.Ordinal);
        Assert.Contains("docs/deploy.md", File.ReadAllText(Path.Combine(Repository.Root, "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Quickstart", @"^ELBO -1\d\d\.\d\d ± \d\.\d\d, NLL 1\d\d\.\d\d ± \d\.\d\d nats")]
    [InlineData("Avae", @"(?s)^500 kernels in 4 dimensions: h 0\.\d{3}, .*variances of test codes( \d\.\d\d){4}, at rest 0\.\d\d.*entropy of whitened codes -?\d\.\d\d, of a Gaussian \d\.\d\d nats")]
    public async Task Example_Runs_AndPrintsWhatItPromises(string name, string wanted)
    {
        var folder = Directory.CreateTempSubdirectory("elbow-example-");
        try
        {
            Assert.Matches(wanted, await Run(name, folder));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task DeployExample_OfAFileAndOfARun_EncodesAndDecodes()
    {
        var folder = Directory.CreateTempSubdirectory("elbow-example-");
        try
        {
            var config = ConfigReader.Read<ExperimentConfig>("""
                { "data": { "kind": "digits" },
                  "model": { "latentDim": 2, "encoder": { "kind": "mlp", "hidden": [16] }, "decoder": { "kind": "mlp", "hidden": [16] }, "likelihood": { "kind": "categorical", "levels": 17 } },
                  "objective": { "kind": "elbo" }, "training": { "epochs": 2, "picturesEvery": 0 } }
                """);
            using var session = RunSession.Start(config, Path.Combine(folder.FullName, "runs"), "deployed");
            session.Train();
            using (var trained = TrainedModel.Open(session.Folder.Root)) PortableWeights.Write(trained, Path.Combine(folder.FullName, "digits.safetensors"));

            var outputs = new[] { await Run("Deploy", folder, "digits.safetensors"), await Run("Deploy", folder, session.Folder.Root) };

            Assert.Matches(@"^8 x 8 -> 2 latents, -?\d\.\d{3} ± \d\.\d{3}; squared error \d+\.\d; 192 new numbers; same again: True\n$", outputs[0]);
            Assert.Equal(outputs[0], outputs[1]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> Run(string name, DirectoryInfo folder, params string[] arguments)
    {
        var program = Path.Combine(Repository.Root, "artifacts", "bin", name, Configuration, name);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
}
