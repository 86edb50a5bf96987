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

    [Fact]
    public async Task Quickstart_TrainsAndPrintsAnEstimateWithItsError()
    {
        var folder = Directory.CreateTempSubdirectory("elbow-quickstart-");
        try
        {
            var program = Path.Combine(Repository.Root, "artifacts", "bin", "Quickstart", Configuration, "Quickstart");
            using var process = Process.Start(new ProcessStartInfo(program) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            Assert.Matches(@"^ELBO -1\d\d\.\d\d ± \d\.\d\d, NLL 1\d\d\.\d\d ± \d\.\d\d nats", output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
}
