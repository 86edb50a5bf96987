using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>Fetches the files of a known set from their public homes: resumed after a break, checked before they get their name.</summary>
/// <param name="http">Does the requests.</param>
/// <param name="time">Waits between attempts.</param>
/// <param name="attempts">Tries per address, at least 1.</param>
public sealed class DataDownloader(HttpClient http, TimeProvider time, int attempts = 4)
{
    /// <summary>Fetches the first edition that can be fetched into the folder of the set, files that are there already excepted.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="UserException">Nobody serves the set, no address answered, or what came has another checksum.</exception>
    /// <exception cref="RunFailedException">The file could not be written (disk full).</exception>
    public async Task<string> GetAsync(
        KnownSet set, string cache, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        var folder = Path.Combine(cache, set.Folder);
        var edition = set.Editions.FirstOrDefault(candidate => candidate.Downloads.Count > 0)
            ?? throw new UserException(
                $"{set.Kind} has no public address in the form that Elbow reads",
                set.IsBundled ? "nothing to do: it comes with Elbow"
                    : $"put its files into {folder}: {string.Join(", ", set.Editions[0].Files.Select(file => file.Name))}");
        Directory.CreateDirectory(folder);
        foreach (var download in edition.Downloads)
        {
            var wanted = download.Unpacks.Count > 0 ? download.Unpacks : [download.File];
            if (!wanted.All(file => new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } there && there.Length == file.Size))
            {
                var path = await FetchAsync(download, folder, progress, cancellation).ConfigureAwait(false);
                if (download.Unpacks.Count > 0)
                {
                    await UnpackAsync(path, download.Unpacks, folder, cancellation).ConfigureAwait(false);
                    File.Delete(path);
                }
            }
        }

        return folder;
    }

    private async Task<string> FetchAsync(KnownDownload download, string folder, IProgress<DataProgress>? progress,
        CancellationToken cancellation)
    {
        var (file, path) = (download.File, Path.Combine(folder, download.File.Name));
        var part = path + ".part";
        var reasons = new List<string>();
        foreach (var address in download.Addresses)
        {
            for (var attempt = 0; attempt < attempts; attempt++)
            {
                var reason = await TryAsync(address, file, part, progress, cancellation).ConfigureAwait(false);
                if (reason is null && await HashAsync(part, cancellation).ConfigureAwait(false) is var hash && hash != file.Sha256)
                {
                    // Neither this file nor a resumption of it can become the right one.
                    File.Delete(part);
                    reasons.Add($"{address.Host} sent another file (sha256 {hash}, wanted {file.Sha256}; removed)");
                    break;
                }

                if (reason is null)
                {
                    File.Move(part, path, overwrite: true);
                    return path;
                }

                reasons.Add($"{address.Host}: {reason}");
                if (attempt + 1 < attempts)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1 << attempt), time, cancellation).ConfigureAwait(false);
                }
            }
        }

        throw new UserException(
            $"{file.Name} could not be fetched: {string.Join("; ", reasons.Distinct())}",
            $"try again later (a broken download is resumed), or put the file into {folder} yourself");
    }

    // Null when the part is complete, else why not; what has arrived stays in the part.
    private async Task<string?> TryAsync(Uri address, KnownFile file, string part, IProgress<DataProgress>? progress,
        CancellationToken cancellation)
    {
        var have = new FileInfo(part) is { Exists: true } there ? there.Length : 0;
        if (have >= file.Size)
        {
            if (have == file.Size)
            {
                return null;
            }

            File.Delete(part);
            have = 0;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead,
                cancellation).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            {
                return $"answered {(int)response.StatusCode}";
            }

            var resumed = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
            if (response.StatusCode == HttpStatusCode.PartialContent && !resumed)
            {
                return "answered with another part than was asked for";
            }

            using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            return await CopyAsync(body, file, part, resumed ? have : 0, progress, cancellation).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException
            || (broken is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return broken.Message;
        }
    }

    private static async Task<string?> CopyAsync(
        Stream body, KnownFile file, string part, long have, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        using var target = new FileStream(part, have > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write);
        var buffer = new byte[1 << 16];
        while (true)
        {
            var read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return have == file.Size ? null : $"the connection ended after {have} of {file.Size} bytes";
            }

            have += read;
            if (have > file.Size)
            {
                target.SetLength(0);
                return $"sent more than the {file.Size} bytes of the true file";
            }

            try
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                await target.FlushAsync(cancellation).ConfigureAwait(false);
            }
            catch (IOException full)
            {
                throw new RunFailedException($"{part} cannot be written: {full.Message}",
                    "free some disk space and run the command again; it resumes", full);
            }

            progress?.Report(new DataProgress(file.Name, have, file.Size));
        }
    }

    private static async Task UnpackAsync(string archive, IReadOnlyList<KnownFile> files, string folder, CancellationToken cancellation)
    {
        var missing = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        using var packed = File.OpenRead(archive);
        using var tar = new TarReader(new GZipStream(packed, CompressionMode.Decompress));
        while (missing.Count > 0 && await tar.GetNextEntryAsync(cancellationToken: cancellation).ConfigureAwait(false) is { } entry)
        {
            // Only names that are expected, and never the path that the archive gives them.
            if (missing.Remove(Path.GetFileName(entry.Name), out var file))
            {
                var part = Path.Combine(folder, file.Name + ".part");
                await entry.ExtractToFileAsync(part, overwrite: true, cancellation).ConfigureAwait(false);
                if (await HashAsync(part, cancellation).ConfigureAwait(false) != file.Sha256)
                {
                    File.Delete(part);
                    throw new UserException($"{archive}: {file.Name} inside has another checksum (removed)",
                        "remove the archive and run the command again");
                }

                File.Move(part, Path.Combine(folder, file.Name), overwrite: true);
            }
        }

        if (missing.Count > 0)
        {
            throw new UserException($"{archive} lacks {string.Join(", ", missing.Keys)}", "remove the archive and run the command again");
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
    }
}
