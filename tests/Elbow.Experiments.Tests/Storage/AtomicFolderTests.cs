using Elbow.Experiments.Storage;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests.Storage;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly TempFolder temp = new();

    private string Last => temp["checkpoints/last"];

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Replace_NothingThere_CreatesParentsAndFolder()
    {
        Replace("new", Disk.Real);

        Assert.Equal("new", Content(Last));
    }

    [Fact]
    public void Replace_FolderThere_DropsFilesOfTheOldOne()
    {
        AtomicFolder.Replace(Last, folder => File.WriteAllText(Path.Combine(folder, "only-old"), ""));

        Replace("new", Disk.Real);

        Assert.False(File.Exists(Path.Combine(Last, "only-old")));
        Assert.Equal([Last], Entries());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replace_CrashAtEveryStepAndAgainAtEveryStepOfRecovery_LeavesOneCompleteFolder(bool oldExists)
    {
        var steps = CountReplaceSteps(oldExists);
        for (var step = 0; step < steps; step++)
        {
            var recoverySteps = Faults.CountSteps(disk =>
            {
                CrashReplacing(oldExists, step);
                AtomicFolder.Recover(temp["checkpoints"], disk);
            });
            for (var again = 0; again < recoverySteps; again++)
            {
                CrashReplacing(oldExists, step);
                var before = AtomicFolder.Find(Last) is { } found ? Content(found) : null;
                Assert.Throws<CrashException>(() => AtomicFolder.Recover(temp["checkpoints"], Faults.CrashAt(again)));
                Assert.Equal(before, AtomicFolder.Find(Last) is { } there ? Content(there) : null);

                AtomicFolder.Recover(temp["checkpoints"]);

                Assert.Equal(before, Directory.Exists(Last) ? Content(Last) : null);
                Assert.Equal(before is null ? [] : [Last], Entries());
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replace_CrashAtEveryStep_OldOrNewIsReadableAtOnce(bool oldExists)
    {
        var seen = new HashSet<string?>();
        for (var step = 0; step < CountReplaceSteps(oldExists); step++)
        {
            CrashReplacing(oldExists, step);

            var found = AtomicFolder.Find(Last);

            seen.Add(found is null ? null : Content(found));
        }

        Assert.Equal([oldExists ? "old" : null, "new"], seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replace_AfterACrashAtEveryStep_Succeeds(bool oldExists)
    {
        for (var step = 0; step < CountReplaceSteps(oldExists); step++)
        {
            CrashReplacing(oldExists, step);

            Replace("third", Disk.Real);

            Assert.Equal("third", Content(Last));
            Assert.Equal([Last], Entries());
        }
    }

    [Fact]
    public void Replace_DiskFullAtEveryStep_KeepsACompleteFolderAndGivesSpaceBack()
    {
        for (var step = 0; step < CountReplaceSteps(oldExists: true); step++)
        {
            Reset(oldExists: true);

            var error = Assert.Throws<RunFailedException>(() => Replace("new", Faults.FullAt(step)));

            Assert.Contains(Last, error.What);
            Assert.Contains(Content(Last), (string[])["old", "new"]);
            Assert.Equal([Last], Entries());
        }
    }

    [Fact]
    public void Replace_WriterRunsOutOfDisk_KeepsTheOldFolder()
    {
        Reset(oldExists: true);

        Assert.Throws<RunFailedException>(() => AtomicFolder.Replace(Last, folder =>
        {
            File.WriteAllText(Path.Combine(folder, "1"), "half");
            throw new IOException("No space left on device", 28);
        }));

        Assert.Equal("old", Content(Last));
        Assert.Equal([Last], Entries());
    }

    [Fact]
    public void Replace_WriterFailsOtherwise_PassesTheErrorOnAndKeepsTheOldFolder()
    {
        Reset(oldExists: true);

        Assert.Throws<CrashException>(() => AtomicFolder.Replace(Last, _ => throw new CrashException()));

        Assert.Equal("old", Content(Last));
    }

    [Fact]
    public void Replace_PermissionDenied_IsAUserError() =>
        Assert.Contains(Last, Assert.Throws<UserException>(() => Replace("new", Faults.DeniedAt(0))).What);

    [Fact]
    public void Recover_NothingInterrupted_ChangesNothing()
    {
        Reset(oldExists: true);
        File.WriteAllText(temp["checkpoints/.note"], "");

        Assert.Equal(0, Faults.CountSteps(disk => AtomicFolder.Recover(temp["checkpoints"], disk)));

        Assert.Equal("old", Content(Last));
    }

    [Fact]
    public void Recover_ParentMissing_DoesNothing()
    {
        AtomicFolder.Recover(temp["none"]);

        Assert.False(Directory.Exists(temp["none"]));
    }

    private void Reset(bool oldExists)
    {
        if (Directory.Exists(temp["checkpoints"]))
        {
            Directory.Delete(temp["checkpoints"], recursive: true);
        }

        Directory.CreateDirectory(temp["checkpoints"]);
        if (oldExists)
        {
            Replace("old", Disk.Real);
        }
    }

    private void CrashReplacing(bool oldExists, int step)
    {
        Reset(oldExists);
        Assert.Throws<CrashException>(() => Replace("new", Faults.CrashAt(step)));
    }

    private int CountReplaceSteps(bool oldExists)
    {
        Reset(oldExists);
        return Faults.CountSteps(disk => Replace("new", disk));
    }

    private void Replace(string text, Disk disk) => AtomicFolder.Replace(
        Last,
        folder =>
        {
            disk.WriteFile(Path.Combine(folder, "1"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
            disk.CreateFolder(Path.Combine(folder, "sub"));
            disk.WriteFile(Path.Combine(folder, "sub", "2"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        },
        disk);

    // Fails unless the folder is complete and of one piece.
    private static string Content(string folder)
    {
        var text = File.ReadAllText(Path.Combine(folder, "1"));
        Assert.Equal(text, File.ReadAllText(Path.Combine(folder, "sub", "2")));
        return text;
    }

    private string[] Entries() => Directory.GetFileSystemEntries(temp["checkpoints"]);
}
