using System.Diagnostics;
using Elbow.Tests.Support;

namespace Elbow.Tests.Priors;

public sealed class PriorExampleTests
{
    [Fact]
    public async Task Example_OfPriors_TrainsEachAndPrintsItsNumbers()
    {
        var folder = Directory.CreateTempSubdirectory("elbow-priors-");
        try
        {
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var program = Path.Combine(Repository.Root, "artifacts", "bin", "Priors", configuration, "Priors");
            using var process = Process.Start(new ProcessStartInfo(program, "1") { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["StandardNormal", "MixtureOfGaussians", "VampPrior", "Gtm", "FlowPrior"], lines.Select(line => line.Split(' ')[0]));
            Assert.All(lines, line => Assert.Matches(@"ELBO -1\d\d\.\d\d ± \d\.\d\d +KL \d+\.\d+ ± \d\.\d+ +NLL 1\d\d\.\d\d ± \d\.\d\d nats", line));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
