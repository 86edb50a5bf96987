using Elbow.Experiments.Storage;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests.Storage;

public sealed class FileLockTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly ManualTime time = new();

    private string LockPath => temp[".lock"];

    public void Dispose() => temp.Dispose();

    [Fact]
    public void TryTake_HeldElsewhere_IsNullUntilReleased()
    {
        using (FileLock.TryTake(LockPath, time))
        {
            Assert.Null(FileLock.TryTake(LockPath, time));
        }

        using var second = FileLock.TryTake(LockPath, time);
        Assert.NotNull(second);
    }

    [Fact]
    public void TryTake_LeftoverOfADeadProcess_IsNoObstacle()
    {
        File.WriteAllText(LockPath, """{"pid":1,"host":"elsewhere","since":"2020-01-01T00:00:00+00:00"}""");

        using var taken = FileLock.TryTake(LockPath, time);

        Assert.NotNull(taken);
        Assert.Equal(new LockOwner(Environment.ProcessId, Environment.MachineName, time.Now), FileLock.ReadOwner(LockPath));
    }

    [Fact]
    public void TryTake_FolderMissing_IsAUserError() => Assert.Throws<UserException>(() => FileLock.TryTake(temp["no/.lock"], time));

    [Fact]
    public void TryCreate_FileThere_IsNullEvenWhenFree()
    {
        FileLock.TryCreate(LockPath, time)!.Dispose();

        Assert.Null(FileLock.TryCreate(LockPath, time));
    }

    [Fact]
    public void IsHeld_FollowsTheHolder()
    {
        Assert.False(FileLock.IsHeld(LockPath));
        using (FileLock.TryTake(LockPath, time))
        {
            Assert.True(FileLock.IsHeld(LockPath));
        }

        Assert.False(FileLock.IsHeld(LockPath));
    }

    [Fact]
    public void ReadOwner_NotALockFile_IsNull()
    {
        File.WriteAllText(LockPath, "half a li");

        Assert.Null(FileLock.ReadOwner(LockPath));
        Assert.Null(FileLock.ReadOwner(temp["missing"]));
    }
}
