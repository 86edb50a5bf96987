using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>Checksums of data files; a file is read again only when its size or time of change differs.</summary>
/// <param name="cacheFolder">Where <c>checksums.json</c> is kept; a folder that cannot be written only costs time.</param>
public sealed class DataHash(string cacheFolder)
{
    private readonly string store = Path.Combine(cacheFolder, "checksums.json");

    /// <summary>The SHA-256 of a file, lower-case hexadecimal.</summary>
    public string Of(string path, IProgress<DataProgress>? progress = null) => OfAll([path], progress)[0];

    /// <summary>The SHA-256 of each file. What is remembered is read and written once, however many they are.</summary>
    internal IReadOnlyList<string> OfAll(IReadOnlyList<string> paths, IProgress<DataProgress>? progress = null)
    {
        var (known, changed) = (Load(), false);
        try
        {
            var hashes = new string[paths.Count];
            for (var n = 0; n < hashes.Length; n++)
            {
                var file = new FileInfo(Path.GetFullPath(paths[n]));
                hashes[n] = BadData.Guard(paths[n], () => Remembered(known, file) ?? Anew(file));
            }

            return hashes;
        }
        finally
        {
            if (changed) Save(known);
        }

        string Anew(FileInfo file)
        {
            var hash = Compute(file, progress);
            (known[file.FullName], changed) = ($"{Stamp(file)} {hash}", true);
            return hash;
        }
    }

    private static string? Remembered(Dictionary<string, string> known, FileInfo file)
    {
        var stamp = $"{Stamp(file)} ";
        return known.TryGetValue(file.FullName, out var entry) && entry.StartsWith(stamp, StringComparison.Ordinal) ? entry[stamp.Length..] : null;
    }

    private static string Stamp(FileInfo file) => string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}");

    /// <summary>One checksum for several named parts.</summary>
    public static string Combine(IEnumerable<(string Name, string Sha256)> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part =>
            $"{part.Sha256}  {part.Name}\n")))));

    /// <summary>The SHA-256 of what the file holds now, whatever is remembered of it.</summary>
    public static string Again(string path, IProgress<DataProgress>? progress = null) =>
        BadData.Guard(path, () => Compute(new FileInfo(path), progress));

    private static string Compute(FileInfo file, IProgress<DataProgress>? progress)
    {
        using var stream = file.OpenRead();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (long done = 0; ;)
        {
            var read = stream.Read(buffer);
            if (read == 0)
            {
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            hash.AppendData(buffer, 0, read);
            progress?.Report(new DataProgress($"checksum of {file.Name}", done += read, file.Length));
        }
    }

    private Dictionary<string, string> Load()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(store)) ?? [];
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or JsonException)
        {
            return []; // a cache: worth nothing more than the time it saves
        }
    }

    private void Save(Dictionary<string, string> known)
    {
        try
        {
            Directory.CreateDirectory(cacheFolder);
            var temporary = $"{store}.{Environment.ProcessId}";
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(known));
            File.Move(temporary, store, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next run computes the checksum again.
        }
    }
}
