using System.Text.RegularExpressions;
using Elbow.Cli.Tests.Support;
using Elbow.Data.Formats;

namespace Elbow.Cli.Tests;

/// <summary>
/// Every command line in README, CONTRIBUTING and docs does what it is shown for: run by the real program on small settings, or, where
/// that would train a network for minutes, at least understood.
/// </summary>
public sealed partial class DocumentedCommandTests(TrainedRun trained)
{
    private const int DigitsTestRows = 447;

    private static readonly string[] Files = ["README.md", "CONTRIBUTING.md"];
    private static readonly string[] Folders = ["docs", "data", "benchmarks", "examples"];

    public static TheoryData<string, string> Commands => [.. Documents().SelectMany(path => Lines(path).Select(line => (Path.GetRelativePath(Repository.Root, path), line))).Distinct()];

    [Fact]
    public void Documents_Always_ShowCommands() =>
        Assert.True(Lines(Path.Combine(Repository.Root, "README.md")).Distinct().Count() >= 8, "the command lines of README.md are not found");

    [Theory, MemberData(nameof(Commands))]
    public void Command_OfADocument_Works(string document, string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(words.Length > 0, $"{document} shows a command line without a command");
        if (words[0] is "setup" or "test")
        {
            Assert.Contains($"    {words[0]}) ", File.ReadAllText(Path.Combine(Repository.Root, "elbow")), StringComparison.Ordinal);
            return;
        }
        using var at = new Workspace();
        var arguments = Prepared(at, words);
        var parsed = Program.Root().Parse(arguments);
        Assert.True(parsed.Errors.Count == 0, $"{document}: elbow {command}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
        if (IsShort(words[0])) ElbowProcess.Run(at, arguments).MustSucceed();
    }

    // The words that stand for something of the reader's, and settings under which training takes a second.
    private string[] Prepared(Workspace at, string[] words)
    {
        at.Write("my.csv", Configs.Rows());
        // As many rows as the shared run has test rows.
        foreach (var name in new[] { "z.npy", "f.npy" }) Arrays.Write(at, name, DigitsTestRows, 3, (n, j) => n / (j + 1) % 4);
        foreach (var name in new[] { "real.npy", "fake.npy" })
        {
            float[] values = [.. Enumerable.Range(name.Length, 90).Select(n => MathF.Sin(n * n))];
            using var file = File.Create(at.At(name));
            Npy.Write(file, values, 30, 3);
        }
        var run = 0;
        string[] replaced = [.. words.Select((word, n) => word switch
        {
            "RUN" => Path.GetFileName(at.Copy(trained.Path, $"run-{run++}")),
            "PATH" => "digits",
            // An import needs weights that fit its configuration: those of the shared run.
            "CONFIG" when words[0] == "import" => Path.Combine(trained.Path, "config.json"),
            "WEIGHTS" => Path.Combine(trained.Path, "checkpoints", "best", "model.safetensors"),
            "CONFIG" => Path.Combine(Repository.Root, "configs", "priors", "digits-standard.json"),
            "K" or "N" => "5",
            _ when word.StartsWith("configs/", StringComparison.Ordinal) => Path.Combine(Repository.Root, word),
            "training.device=cuda" when Elbow.Torch.Engine.CudaDevices == 0 => "training.device=cpu",
            // Of the two epochs of the shared run to three, whatever is shown.
            _ when n > 0 && words[n - 1] == "--epochs" => "3",
            _ => word,
        })];
        return words[0] is "train" or "demo" ? [.. replaced, "--set", "training.epochs=1", "--set", "training.threads=1"] : replaced;
    }

    // The report needs the studio's page, which is built where npm is.
    private static bool IsShort(string command) => command is not ("reproduce" or "sweep" or "studio") && (command != "report" || Elbow.Studio.Report.ReportFile.IsPossible);

    // In fenced blocks whole lines; in running text what stands between single backticks.
    private static IEnumerable<string> Lines(string path) => CommandLine().Matches(File.ReadAllText(path)).Select(match => match.Groups["command"].Value.Trim());

    private static IEnumerable<string> Documents() =>
        Files.Select(name => Path.Combine(Repository.Root, name))
            .Concat(Folders.Select(name => Path.Combine(Repository.Root, name)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)));

    [GeneratedRegex(@"(^(?<fence>)|`)(?:[A-Z_]+=\S+ )?(\./)?elbow (?<command>[a-z][^`#\n;]*)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
