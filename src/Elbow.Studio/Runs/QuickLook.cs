using Microsoft.Win32.SafeHandles;

namespace Elbow.Studio.Runs;

/// <summary>The digest of a log's first and last lines: status, numbers and times of a long log for the price of two reads.</summary>
internal static class QuickLook
{
    private const int Head = 1 << 12, Tail = 1 << 15, LongTail = 1 << 18;

    /// <exception cref="IOException">The file cannot be read; a missing file is an empty log.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    internal static RunDigest At(string path)
    {
        if (!FileStamp.Of(path).HasContent) return new RunDigest();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // Where epochs are long, or lines are, the last epoch lies further back.
        var digest = At(file, Tail);
        return digest.HasEpochs ? digest : At(file, LongTail);
    }

    private static RunDigest At(SafeFileHandle file, int tailLength)
    {
        var digest = new RunDigest();
        var length = RandomAccess.GetLength(file);
        var buffer = new byte[Math.Min(length, Head + tailLength)];
        if (length <= Head + tailLength)
        {
            Give(digest, buffer.AsSpan(0, RandomAccess.Read(file, buffer, 0)));
            return digest;
        }
        Give(digest, buffer.AsSpan(0, RandomAccess.Read(file, buffer.AsSpan(0, Head), 0)));
        var tail = buffer.AsSpan(0, RandomAccess.Read(file, buffer.AsSpan(0, tailLength), length - tailLength));
        Give(digest, tail[(tail.IndexOf((byte)'\n') + 1)..]);
        return digest;
    }

    private static void Give(RunDigest digest, ReadOnlySpan<byte> bytes)
    {
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        if (whole > 0) digest.Take(bytes[..whole], 0);
    }
}
