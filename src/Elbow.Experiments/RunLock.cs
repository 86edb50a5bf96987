using Elbow.Experiments.Storage;

namespace Elbow.Experiments;

/// <summary>The right to write into a run. While it lives no other process can train or resume there; dispose it to end.</summary>
public sealed class RunLock : IDisposable
{
    private readonly FileLock taken;

    internal RunLock(RunFolder folder, FileLock taken)
    {
        Folder = folder;
        this.taken = taken;
        try
        {
            AtomicFolder.Recover(folder.CheckpointsPath);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The run.</summary>
    public RunFolder Folder { get; }

    /// <summary>Gives the run free.</summary>
    public void Dispose() => taken.Dispose();
}
