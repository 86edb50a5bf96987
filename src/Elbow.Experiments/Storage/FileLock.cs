using System.Text.Json;

namespace Elbow.Experiments.Storage;

/// <summary>Who holds a lock, as written in the lock file.</summary>
/// <param name="Pid">Process id on <paramref name="Host"/>.</param>
/// <param name="Host">Machine name.</param>
/// <param name="Since">When the lock was taken, UTC.</param>
public sealed record LockOwner(int Pid, string Host, DateTimeOffset Since)
{
    /// <summary>Reads as "process 42 on host (since 2026-01-31 12:00:00Z)".</summary>
    public override string ToString() => $"process {Pid} on {Host} (since {Since.UtcDateTime:u})";
}

/// <summary>
/// An exclusive lock between processes on a file. The operating system releases it when the process ends in any way, so the file that a
/// dead process leaves behind is no obstacle. It is never deleted, because deleting a lock file lets two processes hold "it".
/// </summary>
public sealed class FileLock : IDisposable
{
    // Asking whether a lock is held takes it for an instant, so one refusal is not yet an answer.
    private const int Tries = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Takes the lock, or returns null when another holder keeps it.</summary>
    /// <param name="path">The lock file, created when missing.</param>
    /// <param name="time">Stamps the lock.</param>
    /// <param name="patience">How long to wait for the other holder; a tenth of a second when not given.</param>
    /// <exception cref="UserException">The file must not be written, or its folder does not exist.</exception>
    public static FileLock? TryTake(string path, TimeProvider time, TimeSpan? patience = null)
    {
        var tries = Math.Max(Tries, (int)((patience ?? TimeSpan.Zero) / Pause));
        for (var attempt = 0; attempt < tries; attempt++)
        {
            try
            {
                return Take(path, FileMode.OpenOrCreate, time);
            }
            catch (IOException e) when (DiskError.IsHeldElsewhere(e))
            {
                Thread.Sleep(Pause);
            }
            catch (Exception e) when (DiskError.IsDisk(e))
            {
                throw DiskError.WhileWriting(e, path);
            }
        }

        return null;
    }

    /// <summary>Creates the lock file and takes it in one step, so that of two processes one succeeds; null when it exists.</summary>
    /// <exception cref="UserException">The folder does not exist or must not be written.</exception>
    public static FileLock? TryCreate(string path, TimeProvider time)
    {
        try
        {
            return Take(path, FileMode.CreateNew, time);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, path);
        }
    }

    /// <summary>True while a living process holds the lock. Works in a read-only folder.</summary>
    /// <exception cref="UserException">The file exists but cannot be read.</exception>
    public static bool IsHeld(string path)
    {
        try
        {
            using var probe = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return OperatingSystem.IsWindows() && !CanWrite(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (DiskError.IsHeldElsewhere(e))
        {
            return true;
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileReading(e, path);
        }
    }

    /// <summary>Who took the lock last, whether still alive or not; null when the file does not say.</summary>
    public static LockOwner? ReadOwner(string path)
    {
        try
        {
            using var handle = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                : Disk.OpenUnlocked(path);
            var bytes = new byte[4096];
            var count = RandomAccess.Read(handle, bytes, 0);
            return JsonSerializer.Deserialize<LockOwner>(bytes.AsSpan(0, count), ElbowJson.Line);
        }
        catch (Exception e) when (DiskError.IsDisk(e) || e is JsonException)
        {
            return null;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => stream.Dispose();

    private static FileLock Take(string path, FileMode mode, TimeProvider time)
    {
        // On Windows a share of Read still excludes a second writer and lets others read the owner; on Unix only None excludes.
        var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        var stream = new FileStream(path, mode, FileAccess.ReadWrite, share, bufferSize: 0);
        stream.SetLength(0);
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(
            new LockOwner(Environment.ProcessId, Environment.MachineName, time.GetUtcNow()), ElbowJson.Line));
        return new FileLock(stream);
    }

    private static bool CanWrite(string path)
    {
        try
        {
            using var probe = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return true;
        }
        catch (IOException e) when (DiskError.IsHeldElsewhere(e))
        {
            return false;
        }
    }
}
