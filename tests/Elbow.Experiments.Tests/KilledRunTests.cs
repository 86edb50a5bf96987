using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

/// <summary>A second, real process that is killed with SIGKILL.</summary>
public sealed class KilledRunTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly RunFolder run;

    public KilledRunTests()
    {
        using var created = Some.Run(temp);
        run = created.Folder;
    }

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Lock_OtherProcessTrains_IsRefusedUntilItIsKilled()
    {
        var child = Child.Train(run);
        var error = Assert.Throws<UserException>(() => run.Lock(TimeProvider.System));
        Assert.Contains($"process {child.Id} on", error.What);
        Assert.Equal(RunStatus.Running, run.ReadStatus());

        Child.Kill(child);

        Assert.Equal(RunStatus.Killed, run.ReadStatus());
        run.Lock(TimeProvider.System).Dispose();
    }

    [Fact]
    public void Train_KilledAtAnyMoment_KeepsAWholeCheckpointAndWholeEvents()
    {
        for (var kill = 0; kill < 4; kill++)
        {
            var child = Child.Train(run);
            Thread.Sleep(7 * kill);
            Child.Kill(child);

            var checkpoint = run.FindCheckpoint("last");
            var files = Directory.GetFiles(checkpoint).Select(File.ReadAllText).ToArray();
            Assert.Equal(Child.FilesPerCheckpoint, files.Length);
            Assert.Single(files.Distinct());

            using var resumed = run.Lock(TimeProvider.System);
            Assert.Equal([run.CheckpointPath("last")], Directory.GetFileSystemEntries(run.CheckpointsPath));
            using var log = EventLog.Open(run.EventsPath);
            Assert.Equal(0, EventLogReader.ReadAll(run.EventsPath).Skipped);
        }
    }
}
