namespace Elbow.Experiments.Storage;

/// <summary>
/// Replaces whole folders (checkpoints) so that a kill, a full disk or a power cut at any moment leaves the old or the new folder complete.
/// </summary>
/// <remarks>
/// <code>
/// step                         on disk afterwards             after a kill
/// write and flush .name.new    name       .name.new (part?)   .new is dropped: the old folder stays
/// name      → .name.old        .name.old  .name.new (whole)   the swap is finished: the new folder counts
/// .name.new → name             .name.old  name                .old is dropped
/// delete .name.old             name
/// </code>
/// Thus .new is whole exactly when .old exists and name does not. One writer at a time; <see cref="Find"/> serves readers meanwhile.
/// </remarks>
public static class AtomicFolder
{
    /// <summary>Replaces the folder with the files that <paramref name="write"/> puts into the empty folder it is given.</summary>
    /// <param name="path">The folder to create or replace; missing parents are created.</param>
    /// <param name="write">Fills the folder whose path it receives. If it throws, the old folder stays.</param>
    /// <exception cref="RunFailedException">The disk is full or broken; the old folder is intact.</exception>
    /// <exception cref="UserException">The parent folder must not be written.</exception>
    public static void Replace(string path, Action<string> write) => Replace(path, write, Disk.Real);

    /// <summary>Finishes or rolls back interrupted replacements in <paramref name="parent"/>, and removes leftovers.</summary>
    /// <remarks>Run it before writing again, alone. It may be killed at any moment and run again.</remarks>
    /// <exception cref="RunFailedException">The disk is broken.</exception>
    /// <exception cref="UserException">The parent folder must not be written.</exception>
    public static void Recover(string parent) => Recover(parent, Disk.Real);

    /// <summary>The complete folder behind <paramref name="path"/> now, even in the middle of a replacement; null without one.</summary>
    public static string? Find(string path)
    {
        var (name, @new, old) = Names(path);
        return Directory.Exists(name) ? name
            : !Directory.Exists(old) ? null
            : Directory.Exists(@new) ? @new
            : old;
    }

    internal static void Replace(string path, Action<string> write, Disk disk)
    {
        var (name, @new, old) = Names(path);
        var parent = Path.GetDirectoryName(name)!;
        try
        {
            disk.CreateFolder(parent);
            RecoverOne(name, disk);
            disk.CreateFolder(@new);
            write(@new);
            disk.SyncTree(@new);
            disk.SyncFolder(parent);
            if (Directory.Exists(name))
            {
                disk.MoveFolder(name, old);
                disk.SyncFolder(parent);
            }

            PutInPlace(name, @new, old, disk);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            TryRecover(name, disk);
            throw DiskError.WhileWriting(e, name);
        }
    }

    internal static void Recover(string parent, Disk disk)
    {
        parent = Path.GetFullPath(parent);
        if (!Directory.Exists(parent))
        {
            return;
        }

        try
        {
            var interrupted = Directory.EnumerateDirectories(parent, ".*")
                .Select(Path.GetFileName)
                .Where(hidden => hidden!.EndsWith(".new", StringComparison.Ordinal) || hidden.EndsWith(".old", StringComparison.Ordinal))
                .Select(hidden => Path.Combine(parent, hidden![1..^4]))
                .ToHashSet();
            foreach (var name in interrupted)
            {
                RecoverOne(name, disk);
            }
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, parent);
        }
    }

    private static void RecoverOne(string path, Disk disk)
    {
        var (name, @new, old) = Names(path);
        if (!Directory.Exists(name) && Directory.Exists(old))
        {
            PutInPlace(name, Directory.Exists(@new) ? @new : old, old, disk);
            return;
        }

        foreach (var leftover in new[] { @new, old }.Where(Directory.Exists))
        {
            disk.DeleteFolder(leftover);
        }
    }

    private static void PutInPlace(string name, string whole, string old, Disk disk)
    {
        disk.MoveFolder(whole, name);
        disk.SyncFolder(Path.GetDirectoryName(name)!);
        if (Directory.Exists(old))
        {
            disk.DeleteFolder(old);
        }
    }

    // Gives the space of the half-written folder back; when even that fails the first error is the one worth reporting.
    private static void TryRecover(string name, Disk disk)
    {
        try
        {
            RecoverOne(name, disk);
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
        }
    }

    private static (string Name, string New, string Old) Names(string path)
    {
        var name = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(name)!;
        var leaf = Path.GetFileName(name);
        return (name, Path.Combine(parent, $".{leaf}.new"), Path.Combine(parent, $".{leaf}.old"));
    }
}
