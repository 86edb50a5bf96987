using System.Diagnostics;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_ShowsTheQuickstartAsItIsCompiled()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "examples", "Quickstart", "Program.cs")).Trim();
        Assert.Contains(source, File.ReadAllText(Path.Combine(Repository.Root, "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Quickstart", @"^ELBO -1\d\d\.\d\d ± \d\.\d\d, NLL 1\d\d\.\d\d ± \d\.\d\d nats")]
    [InlineData("Avae", @"(?s)^500 kernels in 4 dimensions: h 0\.\d{3}, .*variances of test codes( \d\.\d\d){4}, at rest 0\.\d\d.*entropy of whitened codes -?\d\.\d\d, of a Gaussian \d\.\d\d nats")]
    public async Task Example_Runs_AndPrintsWhatItPromises(string name, string wanted)
    {
        var folder = Directory.CreateTempSubdirectory("elbow-example-");
        try
        {
            var program = Path.Combine(Repository.Root, "artifacts", "bin", name, Configuration, name);
            using var process = Process.Start(new ProcessStartInfo(program) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            Assert.Matches(wanted, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
}
