using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

public sealed partial class EdVaeExampleTests
{
    [Fact]
    public async Task Example_EdVae_ShowsThatTheStrictSignsReachTheOptimumAndTheOthersDoNot()
    {
        var folder = Directory.CreateTempSubdirectory("elbow-edvae-");
        try
        {
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var program = Repository.At("artifacts", "bin", "EdVae", configuration, "EdVae");
            using var process = Process.Start(new ProcessStartInfo(program) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            var elbos = Line().Matches(output).ToDictionary(line => line.Groups["name"].Value, line => double.Parse(line.Groups["elbo"].Value, CultureInfo.InvariantCulture));
            Assert.Equal(-5.124, elbos["optimum"], 1e-3);
            // 1000 test rows: a standard error of .04.
            Assert.InRange(elbos["ed-vae-strict"], -5.124 - 0.3, -5.124 + 0.2);
            Assert.Equal(elbos["elbo"], elbos["ed-vae-strict"], 0.05);
            Assert.True(elbos["ed-vae"] < elbos["elbo"] - 0.05, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^(?<name>[a-z-]+) +ELBO (?<elbo>-?\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
