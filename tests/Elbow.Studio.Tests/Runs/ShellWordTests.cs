using System.Diagnostics;
using Elbow.Studio.Runs;

namespace Elbow.Studio.Tests.Runs;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("runs/20260101-120000-a/config.json", false)]
    [InlineData("it's", true)]
    [InlineData("a b", true)]
    [InlineData("$(rm -rf x)`y`;&|\"\\\n*?", true)]
    [InlineData("", true)]
    [InlineData("~", true)]
    [InlineData("-x", true)]
    [InlineData("β", true)]
    public async Task Quote_OfAText_IsThatTextToAShell(string text, bool quoted)
    {
        var word = ShellWord.Quote(text);
        Assert.Equal(quoted, word != text);
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"printf %s {word}"]) { RedirectStandardOutput = true })!;
        Assert.Equal(text, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
