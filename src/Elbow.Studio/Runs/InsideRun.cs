namespace Elbow.Studio.Runs;

/// <summary>Which files of a run may be handed out. Links are not followed, wherever they lead.</summary>
internal static class InsideRun
{
    private const int MostPictures = 100;

    private static readonly string[] Folders = ["samples", "recon", "latent", "explorer", "scores"];

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".png"] = "image/png",
        [".npy"] = "application/octet-stream",
        [".onnx"] = "application/octet-stream",
        [".json"] = "application/json",
        [".csv"] = "text/csv; charset=utf-8",
    };

    /// <summary>Where pictures of a run lie.</summary>
    internal static readonly string[] PictureFolders = ["samples", "recon", "latent"];

    internal static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null || new DirectoryInfo(path).LinkTarget is not null;

    /// <summary>The file behind a path that a browser asks for, and its type; null for any other than a plain file in one of the folders.</summary>
    /// <param name="root">The run.</param>
    /// <param name="path">Parts divided by slashes, below the run.</param>
    internal static (string File, string Type)? Find(string root, string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 2 || !Folders.Contains(parts[0]) || !parts.All(IsPlain)) return null;
        if (!Types.TryGetValue(Path.GetExtension(path), out var type)) return null;
        var at = root;
        foreach (var part in parts)
        {
            at = Path.Combine(at, part);
            if (IsLink(at)) return null;
        }
        return FileStamp.Of(at).HasContent ? (at, type) : null;
    }

    /// <summary>Pictures that lie there, logged or not, by their paths below the run.</summary>
    internal static IReadOnlyList<string> Pictures(string root)
    {
        try
        {
            return [.. PictureFolders.Where(folder => Directory.Exists(Path.Combine(root, folder)))
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.png").Select(file => $"{folder}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal).Take(MostPictures))
                .Where(path => Find(root, path) is not null)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // What remains of "%2f" or "..\" after decoding is no part of a name that Elbow writes.
    private static bool IsPlain(string part) =>
        part.Length is > 0 and < 200 && part[0] != '.' && part.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ' ' or '+' or '(' or ')' or ',' or '=');
}
