using System.Text.Json;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary><c>elbow explore</c>, and what the end of training leaves for the studio.</summary>
public sealed class ExploreTests(TrainedRun trained)
{
    private static readonly string[] Files = ["decoder.onnx", "encoder.onnx", "explorer.json", "images.npy", "mu.npy", "prior.npy", "z.npy"];

    [Fact]
    public void Explore_Run_WritesTheFolderAndSaysSo()
    {
        using var at = new Workspace();
        var run = at.Copy(trained.Path, "run");
        var said = ElbowProcess.Run(at, "explore", "run", "--rows", "50", "--split", "validation").MustSucceed();
        Assert.StartsWith("run/explorer: 50 rows of the validation split, checkpoint best, ", Assert.Single(said.OutLines), StringComparison.Ordinal);
        Assert.Equal(Files, Directory.GetFiles(Path.Combine(run, "explorer")).Select(path => Path.GetFileName(path)).Order());

        using var report = JsonDocument.Parse(ElbowProcess.Run(at, "explore", "run", "--checkpoint", "last", "--json", "-").MustSucceed().Out);
        Assert.Equal(("last", "test", 447), (report.RootElement.GetProperty("checkpoint").GetString(), report.RootElement.GetProperty("split").GetString(), report.RootElement.GetProperty("rows").GetInt32()));
        using var description = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "explorer", "explorer.json")));
        Assert.Equal(447, description.RootElement.GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Explore_RowsThatNoBrowserMoves_AreRefused()
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "run");
        var (rows, split) = (ElbowProcess.Run(at, "explore", "run", "--rows", "5001"), ElbowProcess.Run(at, "explore", "run", "--split", "tset"));
        Assert.Equal((2, 2), (rows.ExitCode, split.ExitCode));
        Assert.StartsWith("elbow: --rows 5001: use 2 to 5000", rows.Err, StringComparison.Ordinal);
        Assert.StartsWith("elbow: there is no split 'tset'", split.Err, StringComparison.Ordinal);
    }

    // A file where the folder should be stands for a disk on which it cannot be written: the run is finished all the same.
    [Fact]
    public void Train_ExplorerThatCannotBeWritten_WarnsAndSucceeds()
    {
        using var at = new Workspace();
        at.Write("tiny.json", Configs.Digits);
        var run = at.Copy(trained.Path, "run");
        File.WriteAllText(Path.Combine(run, "explorer"), "");
        var config = Path.Combine(run, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"explorer\": false", "\"explorer\": true", StringComparison.Ordinal));
        var resumed = ElbowProcess.Run(at, "resume", "run", "--epochs", "3").MustSucceed();
        Assert.Contains("warning: there is no new explorer/ for the studio: ", resumed.Err, StringComparison.Ordinal);

        File.Delete(Path.Combine(run, "explorer"));
        ElbowProcess.Run(at, "resume", "run", "--epochs", "4").MustSucceed();
        Assert.Equal(Files, Directory.GetFiles(Path.Combine(run, "explorer")).Select(path => Path.GetFileName(path)).Order());
    }
}
