using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

/// <summary>The program <c>examples/AnchorVae</c> does what its first line says.</summary>
public sealed class AnchorVaeExampleTests
{
    [Fact]
    public async Task AnchorVae_Lambda_MakesTheAnchorKnowMore()
    {
        var output = await Run("AnchorVae");
        double Value(string lambda) => double.Parse(Regex.Match(output, $@"lambda {lambda}: anchorReconstruction (-?[\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(Value("1") > Value("0") + 1, output);
        Assert.Contains("lambda 1: 3 digits decoded", output);
    }

    private static async Task<string> Run(string name)
    {
        var folder = Directory.CreateTempSubdirectory("elbow-example-");
        try
        {
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var start = new ProcessStartInfo(Repository.At("artifacts", "bin", name, configuration, name)) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            return output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
