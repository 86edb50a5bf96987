using Elbow.Experiments.Storage;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class RunFolderTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly ManualTime time = new();
    private readonly RunFolder run;

    public RunFolderTests()
    {
        using var created = Some.Run(temp);
        run = created.Folder;
    }

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Open_RunFolder_ReadsItsEnvironment()
    {
        var environment = RunFolder.Open(run.Root + "/").ReadEnvironment();

        Assert.Equal(7, environment.Seed);
        Assert.Equal("digits", environment.Data.Id);
    }

    [Fact]
    public void Open_NothingThere_IsAUserError() =>
        Assert.Contains("there is no run folder", Assert.Throws<UserException>(() => RunFolder.Open(temp["no"])).What);

    [Fact]
    public void Open_FileInARun_PointsToTheFolder() =>
        Assert.Contains("is a file", Assert.Throws<UserException>(() => RunFolder.Open(run.ConfigPath)).What);

    [Fact]
    public void Open_FileMissing_SaysWhich()
    {
        File.Delete(run.EnvironmentPath);

        Assert.EndsWith("environment.json missing", Assert.Throws<UserException>(() => RunFolder.Open(run.Root)).What);
    }

    [Fact]
    public void Open_NewerFormat_AsksForAnUpdate()
    {
        File.WriteAllText(run.EnvironmentPath, """{ "format": 2, "unheardOf": true }""");

        var error = Assert.Throws<UserException>(() => RunFolder.Open(run.Root));

        Assert.Contains("run format 2", error.What);
        Assert.Contains("update", error.Mend);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"format":"one"}""")]
    [InlineData("""{"format":1.5}""")]
    public void Open_DamagedEnvironment_IsAUserError(string text)
    {
        File.WriteAllText(run.EnvironmentPath, text);

        Assert.Contains("environment.json is damaged", Assert.Throws<UserException>(() => RunFolder.Open(run.Root)).What);
    }

    [Fact]
    public void Lock_LockedRun_NamesTheHolder()
    {
        using var first = run.Lock(time);

        var error = Assert.Throws<UserException>(() => run.Lock(time));

        Assert.Contains($"process {Environment.ProcessId}", error.What);
        Assert.DoesNotContain('\n', error.What);
    }

    [Fact]
    public void Lock_PermissionDenied_IsAUserError()
    {
        // The system refuses to write a folder as it refuses a read-only file, also to root.
        File.Delete(run.LockPath);
        Directory.CreateDirectory(run.LockPath);

        Assert.Contains(run.LockPath, Assert.Throws<UserException>(() => run.Lock(time)).What);
    }

    [Fact]
    public void Lock_InterruptedCheckpoint_IsRepaired()
    {
        Directory.CreateDirectory(Path.Combine(run.CheckpointsPath, ".last.new"));
        Directory.CreateDirectory(Path.Combine(run.CheckpointsPath, ".last.old"));

        run.Lock(time).Dispose();

        Assert.Equal([run.CheckpointPath("last")], Directory.GetFileSystemEntries(run.CheckpointsPath));
    }

    [Fact]
    public void ReadStatus_LockHeld_IsRunning()
    {
        using var taken = run.Lock(time);

        Assert.Equal(RunStatus.Running, run.ReadStatus());
    }

    [Theory]
    [InlineData("finished", RunStatus.Finished)]
    [InlineData("interrupted", RunStatus.Interrupted)]
    [InlineData("failed", RunStatus.Failed)]
    [InlineData("imported", RunStatus.Killed)]
    [InlineData("stepLogged", RunStatus.Killed)]
    [InlineData("none", RunStatus.Killed)]
    public void ReadStatus_LockFree_FollowsTheLastEvent(string last, RunStatus expected)
    {
        using (var log = EventLog.Open(run.EventsPath))
        {
            log.Append(new Started(Some.Moment, 3));
            RunEvent? end = last switch
            {
                "finished" => new Finished(Some.Moment, 9),
                "interrupted" => new Interrupted(Some.Moment, 9),
                "failed" => new Failed(Some.Moment, "why", 9),
                "imported" => new Imported(Some.Moment, "w.safetensors", "ab12", 8),
                "stepLogged" => Some.Step(1),
                _ => null,
            };
            if (end is not null)
            {
                log.Append(end);
            }
        }

        Assert.Equal(expected, run.ReadStatus());
    }

    [Fact]
    public void ReadStatus_Imported_IsFinishedWithItsLastCheckpoint()
    {
        using var log = EventLog.Open(run.EventsPath);
        log.Append(new Imported(Some.Moment, "w.safetensors", "ab12", 8));
        log.Append(new CheckpointSaved(Some.Moment, "best", 0));
        log.Flush();
        Assert.Equal(RunStatus.Killed, run.ReadStatus());

        log.Append(new CheckpointSaved(Some.Moment, "last", 0));
        log.Flush();
        Assert.Equal(RunStatus.Finished, run.ReadStatus());
    }

    [Fact]
    public void ReadStatus_ResumedAfterFinishedAndKilled_IsKilled()
    {
        using (var log = EventLog.Open(run.EventsPath))
        {
            log.Append(new Finished(Some.Moment, 9));
            log.Append(new Resumed(Some.Moment, 9));
            log.Append(Some.Step(10));
        }

        Assert.Equal(RunStatus.Killed, run.ReadStatus());
    }

    [Fact]
    public void FindCheckpoint_NotThere_ListsThoseThere()
    {
        foreach (var name in new[] { "last", "epoch-10", "epoch-9" })
        {
            AtomicFolder.Replace(run.CheckpointPath(name), _ => { });
        }

        Assert.Equal(run.CheckpointPath("last"), run.FindCheckpoint("last"));
        Assert.EndsWith("last, epoch-9, epoch-10", Assert.Throws<UserException>(() => run.FindCheckpoint("best")).Mend);
    }

    [Theory]
    [InlineData("../config.json")]
    [InlineData("epoch-")]
    [InlineData("epoch--1")]
    [InlineData("Last")]
    public void CheckpointPath_NoCheckpointName_IsAUserError(string name) =>
        Assert.Throws<UserException>(() => run.CheckpointPath(name));
}
