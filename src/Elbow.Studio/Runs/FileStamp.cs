namespace Elbow.Studio.Runs;

/// <summary>What tells one state of a file from another without opening it.</summary>
/// <param name="Length">In bytes; −1 when there is no such file.</param>
/// <param name="Written">When it was written last, in ticks.</param>
internal readonly record struct FileStamp(long Length, long Written)
{
    internal static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(file.Length, file.LastWriteTimeUtc.Ticks) : new(-1, 0);
    }

    /// <summary>Whether there is anything to read. A pipe or a device has no length, and opening one may block.</summary>
    internal bool HasContent => Length > 0;
}
