namespace Elbow.Studio.Runs;

/// <summary>A JSON file of a run, read again when it has changed.</summary>
/// <param name="path">The file; it need not exist.</param>
internal sealed class RunDocument(string path)
{
    /// <summary>A larger file is none that Elbow writes.</summary>
    internal const long Largest = 1 << 24;

    private FileStamp? stamp;

    /// <summary>The document; null when it is missing, damaged, too large or must not be read.</summary>
    internal RawJson? Json { get; private set; }

    /// <summary>Looks at the file.</summary>
    /// <returns>Whether it has changed.</returns>
    internal bool Refresh()
    {
        var now = FileStamp.Of(path);
        if (now == stamp) return false;
        stamp = now;
        Json = now.HasContent && now.Length <= Largest && !InsideRun.IsLink(path) ? Read() : null;
        return true;
    }

    private RawJson? Read()
    {
        try
        {
            return RawJson.TryParse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
