using System.Diagnostics;
using System.Globalization;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

public sealed class ThreeEntropiesExampleTests
{
    private static readonly string[] TrueDimensions = ["2", "4", "6"];

    // methods/three-entropies.md 5.1, with blocks of 500 instead of 10,000 batches and a rate ten times as high.
    [Fact]
    public async Task Stream_ShortBlocks_AreGivenTheirTrueDimensionByBothCriteria()
    {
        var program = Path.Combine(Repository.Root, "artifacts", "bin", "ThreeEntropies", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "ThreeEntropies");
        using var process = Process.Start(new ProcessStartInfo(program, ["15000", "0.02"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(" | ")).ToList();
        Assert.Equal(9, rows.Count);
        foreach (var block in rows.GroupBy(row => row[0]))
        {
            Assert.Equal(block.Key, block.MinBy(row => Number(row[4]))![1]);
            Assert.Equal(block.Key, block.MinBy(row => Number(row[5]))![1]);
        }
        Assert.Equal(TrueDimensions, rows.Select(row => row[0]).Distinct().Order());
        // The full stream has 10 to 20; six directions are still being learned after 500 batches.
        foreach (var row in rows.Where(row => row[0] == row[1] && row[0] != "6"))
            Assert.True(Spread(row[2]) > 5 * Spread(row[3]), $"the ELBO of {row[1]} latents spreads {row[2]}, the entropies {row[3]}");
    }

    private static double Spread(string cell) => Number(cell.Split('(', ')')[1]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
