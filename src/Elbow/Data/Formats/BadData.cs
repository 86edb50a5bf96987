using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>Turns what can be wrong with a file into one line what and one line how to mend it.</summary>
internal static class BadData
{
    private const string FetchAgain = "the file is incomplete or damaged: copy or download it again";

    /// <summary>A mistake in the contents of <paramref name="path"/>.</summary>
    public static UserException In(string path, string what, string mend, Exception? cause = null) => new($"{path}: {what}", mend, cause);

    /// <summary>A file that is shorter, longer or otherwise not what its header promises.</summary>
    public static UserException Damaged(string path, string what, Exception? cause = null) => In(path, what, FetchAgain, cause);

    /// <summary>Runs a reader; missing files, missing rights and damaged compression become <see cref="UserException"/>s.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw In(path, "no such file", Path.IsPathRooted(path) ? "check the path" : "check the path; it is relative to the working folder", cause);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw In(path, Directory.Exists(path) ? "is a folder, a file is wanted" : "may not be read",
                "check the path and its access rights", cause);
        }
        catch (EndOfStreamException cause)
        {
            throw Damaged(path, "ends too early", cause);
        }
        catch (InvalidDataException cause)
        {
            throw Damaged(path, "cannot be unpacked: its compressed bytes are damaged", cause);
        }
        catch (IOException cause)
        {
            throw In(path, $"cannot be read ({cause.Message})", "check that the disk is present and the file is not in use", cause);
        }
    }
}
