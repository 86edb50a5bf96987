using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>Finds the files of known sets and checks that they are the right ones.</summary>
public sealed class DataLocator
{
    private readonly IReadOnlyList<string> roots;
    private readonly DataHash hash;

    /// <summary>Searches these folders.</summary>
    /// <param name="roots">Searched in this order; each may hold a folder per set.</param>
    /// <param name="cache">Where downloads and remembered checksums are kept; searched last.</param>
    public DataLocator(IReadOnlyList<string> roots, string cache) =>
        (this.roots, Cache, hash) = ([.. roots, cache], cache, new DataHash(cache));

    /// <summary>Where downloads go.</summary>
    public string Cache { get; }

    /// <summary>
    /// Searches <c>ELBOW_DATA</c>, or without it <c>shared/data</c> beside the working folder and each folder above it, then the cache:
    /// <c>ELBOW_CACHE</c>, or <c>elbow/data</c> in the user's cache folder.
    /// </summary>
    public static DataLocator Default()
    {
        var roots = new List<string>();
        if (Environment.GetEnvironmentVariable("ELBOW_DATA") is { Length: > 0 } named)
        {
            return new DataLocator([named], DefaultCache());
        }

        for (var folder = Directory.GetParent(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            roots.Add(Path.Combine(folder.FullName, "shared", "data"));
        }

        return new DataLocator(roots, DefaultCache());
    }

    /// <summary>The first edition of the set of which all files are there.</summary>
    /// <returns>The edition, the paths of its files and their common checksum; null when no edition is complete.</returns>
    /// <exception cref="UserException">A file is there but has another size or checksum.</exception>
    public (KnownEdition Edition, IReadOnlyList<string> Paths, string Sha256)? Find(KnownSet set, IProgress<DataProgress>? progress = null)
    {
        if (Present(set) is not var (edition, paths))
        {
            return null;
        }

        for (var i = 0; i < paths.Count; i++)
        {
            Verify(set, edition.Files[i], paths[i], progress);
        }

        return (edition, paths, DataHash.Combine(edition.Files.Select(file => (file.Name, file.Sha256))));
    }

    /// <summary>As <see cref="Find"/>, but a set that is not there is an error that says how to get it.</summary>
    /// <exception cref="UserException">No edition is complete, or a file is damaged.</exception>
    public (KnownEdition Edition, IReadOnlyList<string> Paths, string Sha256) Require(KnownSet set,
        IProgress<DataProgress>? progress = null) =>
        Find(set, progress) ?? throw new UserException(
            $"{set.Kind} is not on this machine (searched: {string.Join(", ", roots.Where(Directory.Exists))})",
            set.Editions.Any(edition => edition.Downloads.Count > 0)
                ? $"elbow data get {set.Kind}"
                : $"put {string.Join(", ", set.Editions[0].Files.Select(file => file.Name))} into {Path.Combine(Cache, set.Folder)}, or name their place by ELBOW_DATA");

    /// <summary>The path of a file: in a folder of a root that is named after the set, whatever it contains; null: not there.</summary>
    public string? Locate(KnownSet set, KnownFile file) => roots
        .SelectMany(root => new[] { Path.Combine(root, set.Folder, file.Name), Path.Combine(root, set.Kind, file.Name) })
        .FirstOrDefault(File.Exists);

    /// <summary>The first edition of the set of which all files are there, unchecked.</summary>
    /// <returns>The edition and the paths of its files; null when no edition is complete.</returns>
    public (KnownEdition Edition, IReadOnlyList<string> Paths)? Present(KnownSet set)
    {
        foreach (var edition in set.Editions)
        {
            var paths = edition.Files.Select(file => Locate(set, file)).OfType<string>().ToArray();
            if (paths.Length == edition.Files.Count)
            {
                return (edition, paths);
            }
        }

        return null;
    }

    /// <summary>Checks size and checksum.</summary>
    /// <param name="set">The set it belongs to.</param>
    /// <param name="file">What it should be.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="again">Read the file even if its checksum is remembered from an earlier time.</param>
    /// <exception cref="UserException">One of them differs.</exception>
    public void Verify(KnownSet set, KnownFile file, string path, IProgress<DataProgress>? progress = null, bool again = false)
    {
        var mend = $"remove the file and get it again: elbow data get {set.Kind}";
        var size = new FileInfo(path).Length;
        if (size != file.Size)
        {
            throw new UserException($"{path} has {size} bytes, the true file has {file.Size}", mend);
        }

        var hash = again ? DataHash.Again(path, progress) : this.hash.Of(path, progress);
        if (hash != file.Sha256)
        {
            throw new UserException($"{path} has sha256 {hash}, the true file has {file.Sha256}", mend);
        }
    }

    private static string DefaultCache() =>
        Environment.GetEnvironmentVariable("ELBOW_CACHE") is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
                    ? xdg
                    : OperatingSystem.IsWindows()
                        ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "elbow", "data");
}
