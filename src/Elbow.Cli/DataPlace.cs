using Elbow.Data;

namespace Elbow.Cli;

/// <summary>Where a known set is, or how it comes here.</summary>
/// <param name="Path">Its folder; null for a bundled set and for one that is not here.</param>
/// <param name="Get">The command, or what to put where; null when nothing is to be done.</param>
/// <param name="Bytes">Size of its files; null for a bundled set.</param>
internal sealed record DataPlace(string? Path, string? Get, long? Bytes)
{
    internal static DataPlace Of(KnownSet set, DataLocator locator)
    {
        if (set.IsBundled) return new DataPlace(null, null, null);
        if (locator.Present(set) is { } there) return new DataPlace(System.IO.Path.GetDirectoryName(there.Paths[0]), null, there.Edition.Files.Sum(file => file.Size));
        if (set.Editions.FirstOrDefault(edition => edition.Downloads.Count > 0) is { } served)
        {
            return new DataPlace(null, $"elbow data get {set.Kind}", served.Downloads.Sum(download => download.File.Size));
        }
        var files = set.Editions[0].Files;
        var folder = System.IO.Path.Combine(locator.Cache, set.Folder);
        return new DataPlace(null, $"no public address serves it: put {string.Join(" and ", files.Select(file => file.Name))} into {folder}", files.Sum(file => file.Size));
    }
}
