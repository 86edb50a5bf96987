using Elbow.Experiments.Storage;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void WriteText_TwoTimes_LeavesTheSecondAndNoSibling()
    {
        AtomicFile.WriteText(temp["a.json"], "first, longer");
        AtomicFile.WriteText(temp["a.json"], "β");

        Assert.Equal([0xCE, 0xB2], File.ReadAllBytes(temp["a.json"]));
        Assert.Equal([temp["a.json"]], Directory.GetFileSystemEntries(temp.Root));
    }

    [Fact]
    public void Write_CrashAtEveryStep_LeavesOldOrNewAndCanBeRepeated()
    {
        var steps = Faults.CountSteps(disk => Write("count", disk));
        Assert.True(steps >= 4, "write, flush, rename, flush the folder");
        for (var step = 0; step < steps; step++)
        {
            AtomicFile.WriteText(temp["a"], "old");

            Assert.Throws<CrashException>(() => Write("new", Faults.CrashAt(step)));

            Assert.Contains(File.ReadAllText(temp["a"]), (string[])["old", "new"]);
            Write("again", Disk.Real);
            Assert.Equal("again", File.ReadAllText(temp["a"]));
        }
    }

    [Fact]
    public void Write_DiskFullAtEveryStep_NamesTheFileAndKeepsTheOldContentUntilTheRename()
    {
        var steps = Faults.CountSteps(disk => Write("count", disk));
        for (var step = 0; step < steps; step++)
        {
            AtomicFile.WriteText(temp["a"], "old");

            var error = Assert.Throws<RunFailedException>(() => Write("new", Faults.FullAt(step)));

            Assert.Contains(temp["a"], error.What);
            Assert.Contains("free some space", error.Mend);
            Assert.Equal(step < steps - 1 ? "old" : "new", File.ReadAllText(temp["a"]));
            Assert.False(File.Exists(temp[".a.new"]));
        }
    }

    [Fact]
    public void Write_DeviceWithoutSpace_IsADiskFullError()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        File.CreateSymbolicLink(temp[".a.new"], "/dev/full");

        var error = Assert.Throws<RunFailedException>(() => AtomicFile.WriteText(temp["a"], "new"));

        Assert.Contains("disk is full", error.What);
    }

    // As root a rename over /dev/null takes it from the whole machine.
    [Fact]
    public async Task Write_ToADeviceOrAPipe_GoesThroughItAndLeavesIt()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        File.CreateSymbolicLink(temp["device"], "/dev/full");
        Assert.Contains("disk is full", Assert.Throws<RunFailedException>(() => AtomicFile.WriteText(temp["device"], "new")).What);
        Assert.Equal("/dev/full", new FileInfo(temp["device"]).LinkTarget);

        using (var made = System.Diagnostics.Process.Start("mkfifo", [temp["pipe"]])) made.WaitForExit();
        foreach (var text in new[] { "one", "two" })
        {
            var read = Task.Run(() => File.ReadAllText(temp["pipe"]), TestContext.Current.CancellationToken);
            AtomicFile.WriteText(temp["pipe"], text);
            Assert.Equal(text, await read);
        }
    }

    [Fact]
    public void Write_PermissionDenied_IsAUserError()
    {
        var error = Assert.Throws<UserException>(() => Write("new", Faults.DeniedAt(0)));

        Assert.Contains(temp["a"], error.What);
    }

    [Fact]
    public void Write_FolderMissing_IsAUserError()
    {
        var error = Assert.Throws<UserException>(() => AtomicFile.WriteText(temp["no/a"], "new"));

        Assert.Contains(temp["no/a"], error.What);
    }

    [Fact]
    public void Write_ContentThrows_KeepsTheOldContent()
    {
        AtomicFile.WriteText(temp["a"], "old");

        Assert.Throws<CrashException>(() => AtomicFile.Write(temp["a"], stream =>
        {
            stream.WriteByte(1);
            throw new CrashException();
        }));

        Assert.Equal("old", File.ReadAllText(temp["a"]));
    }

    private void Write(string text, Disk disk) =>
        AtomicFile.Write(temp["a"], stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)), disk);
}
