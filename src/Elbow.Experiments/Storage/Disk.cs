using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Elbow.Experiments.Storage;

/// <summary>What <see cref="Disk"/> is about to do; tests stop a run at each of these.</summary>
internal enum DiskStep
{
    CreateFolder,
    Write,
    Sync,
    Move,
    Delete,
}

/// <summary>
/// The few file-system steps that durable storage is made of, each announced to <paramref name="before"/>, so that a test
/// can kill, fill or lock the disk at any single step.
/// </summary>
internal sealed partial class Disk(Action<DiskStep, string>? before = null)
{
    public static readonly Disk Real = new();

    public void CreateFolder(string path)
    {
        before?.Invoke(DiskStep.CreateFolder, path);
        Directory.CreateDirectory(path);
    }

    public void WriteFile(string path, Action<Stream> write)
    {
        before?.Invoke(DiskStep.Write, path);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        write(stream);
        before?.Invoke(DiskStep.Sync, path);
        stream.Flush(flushToDisk: true);
    }

    public void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string path)
    {
        before?.Invoke(DiskStep.Write, path);
        RandomAccess.Write(file, bytes, offset);
    }

    public void MoveFile(string from, string to)
    {
        before?.Invoke(DiskStep.Move, to);
        File.Move(from, to, overwrite: true);
    }

    public void MoveFolder(string from, string to)
    {
        before?.Invoke(DiskStep.Move, to);
        Directory.Move(from, to);
    }

    public void DeleteFile(string path)
    {
        before?.Invoke(DiskStep.Delete, path);
        File.Delete(path);
    }

    /// <summary>Deletes file by file, because that is how a kill would interrupt it.</summary>
    public void DeleteFolder(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path))
        {
            DeleteFile(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(path))
        {
            DeleteFolder(folder);
        }

        before?.Invoke(DiskStep.Delete, path);
        Directory.Delete(path);
    }

    /// <summary>Makes every file below, and the names of all of them, survive a power cut.</summary>
    public void SyncTree(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path))
        {
            before?.Invoke(DiskStep.Sync, file);
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        foreach (var folder in Directory.EnumerateDirectories(path))
        {
            SyncTree(folder);
        }

        SyncFolder(path);
    }

    /// <summary>Makes renames inside the folder survive a power cut. Windows journals them by itself.</summary>
    public void SyncFolder(string path)
    {
        before?.Invoke(DiskStep.Sync, path);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = OpenUnlocked(path);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Opens a file or folder for reading without the advisory lock that .NET takes, and without its refusal of folders.</summary>
    public static SafeFileHandle OpenUnlocked(string path)
    {
        var closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
        var handle = new SafeFileHandle(Open(path, closeOnExec), ownsHandle: true);
        var errno = Marshal.GetLastPInvokeError();
        return !handle.IsInvalid ? handle : throw new IOException($"{Marshal.GetPInvokeErrorMessage(errno)}: '{path}'", errno);
    }

    /// <summary>Whether there is something at the path that bytes go through, and that must not be replaced.</summary>
    public static unsafe bool IsDeviceOrPipe(string path)
    {
        const int Here = -100, Type = 1, OffsetOfMode = 28, TypeBits = 0xF000, Folder = 0x4000, Regular = 0x8000;
        if (!OperatingSystem.IsLinux()) return false;
        var about = stackalloc byte[256];
        return Statx(Here, path, 0, Type, about) == 0 && (*(ushort*)(about + OffsetOfMode) & TypeBits) is not Folder and not Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* about);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);
}
