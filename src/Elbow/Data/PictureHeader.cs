using System.Buffers.Binary;
using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>What a picture's file says of itself without its pixels: its size, and whether the file goes on to its end.</summary>
/// <remarks>
/// PNG: the chunks are walked by their lengths to IEND. JPEG: the segments are walked to the scan, and an end marker must follow, which files with something
/// appended have further ahead. BMP: the rows of an uncompressed one must fit in. A few reads a file, whatever its size. Damaged pixels in a file of the right length are found when it is decoded.
/// </remarks>
internal sealed class PictureHeader
{
    // Where the end marker of nearly every JPEG lies; the rest is read only when it is not there.
    private const int Tail = 4096;
    private const string NoPicture = "not a PNG, JPEG or BMP file";

    private readonly FileStream file;

    private PictureHeader(FileStream file) => this.file = file;

    /// <summary>Width and height of the picture in a file.</summary>
    /// <exception cref="Elbow.Experiments.UserException">The file is empty, no picture, or ends too early; it is named.</exception>
    internal static (int Width, int Height) Read(string path) => BadData.Guard(path, () =>
    {
        using var file = new FileStream(path, new FileStreamOptions { BufferSize = 1024 });
        try
        {
            return new PictureHeader(file).Size();
        }
        catch (Exception cause) when (cause is InvalidDataException or EndOfStreamException)
        {
            var what = file.Length == 0 ? "is empty" : cause is EndOfStreamException ? "ends too early" : cause.Message;
            throw BadData.In(path, what, "remove or replace this file", cause);
        }
    });

    private (int Width, int Height) Size() => Bytes(2) switch
    {
        [0x89, (byte)'P'] => Png(),
        [0xFF, 0xD8] => Jpeg(),
        [(byte)'B', (byte)'M'] => Bmp(),
        _ => throw new InvalidDataException(NoPicture),
    };

    private (int, int) Png()
    {
        if (Bytes(6) is not [(byte)'N', (byte)'G', 13, 10, 26, 10]) throw new InvalidDataException(NoPicture);
        (int, int)? size = null;
        while (true)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));
            var type = BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));
            if (type == 0x49454E44) return size ?? throw new InvalidDataException("a PNG without a header"); // IEND
            if (type == 0x49484452 && length >= 8) // IHDR
            {
                size = (BinaryPrimitives.ReadInt32BigEndian(Bytes(4)), BinaryPrimitives.ReadInt32BigEndian(Bytes(4)));
                length -= 8;
            }
            Skip(length + 4L);
        }
    }

    private (int, int) Jpeg()
    {
        (int, int)? size = null;
        while (true)
        {
            var marker = Marker();
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue; // these have no length
            var length = BinaryPrimitives.ReadUInt16BigEndian(Bytes(2)) - 2;
            if (length < 0) throw new InvalidDataException("a JPEG with a segment of no length");
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && length >= 5) // frame headers
            {
                var frame = Bytes(5);
                size = (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(3)), BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(1)));
                length -= 5;
            }
            Skip(length);
            if (marker != 0xDA) continue; // the scan
            if (!HasEnd(file.Position)) throw new EndOfStreamException();
            return size ?? throw new InvalidDataException("a JPEG without a frame");
        }
    }

    private byte Marker()
    {
        if (Byte() != 0xFF) throw new InvalidDataException("a JPEG whose segments do not follow each other");
        byte marker;
        do marker = Byte(); while (marker == 0xFF); // fill bytes
        return marker;
    }

    // In a scan FF is followed by 0 or a restart marker, so that FF D9 is the end of one and nothing else.
    private bool HasEnd(long scan)
    {
        foreach (var from in new[] { Math.Max(scan, file.Length - Tail), scan })
        {
            file.Position = from;
            var (buffer, last) = (new byte[Tail], (byte)0);
            for (int read; (read = file.Read(buffer)) > 0; last = buffer[read - 1])
            {
                if ((last == 0xFF && buffer[0] == 0xD9) || buffer.AsSpan(0, read).IndexOf([(byte)0xFF, (byte)0xD9]) >= 0) return true;
            }
        }
        return false;
    }

    private (int, int) Bmp()
    {
        var header = Bytes(32); // from the third byte of the file
        var (start, form) = (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)));
        var old = form == 12;
        int width = old ? BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(16)) : BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16));
        int height = old ? BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18)) : BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(20));
        if (height == int.MinValue) throw new InvalidDataException("a BMP of no height");
        height = Math.Abs(height); // below zero: rows from top to bottom
        long bits = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(old ? 22 : 26));
        var compressed = !old && BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(28)) is not (0 or 3);
        // The last row may lack the bytes that fill it up to four.
        var row = (width * bits + 7) / 8;
        if (!compressed && start + (height - 1L) * ((row + 3) / 4 * 4) + row > file.Length) throw new EndOfStreamException();
        return (width, height);
    }

    private byte Byte() => Bytes(1)[0];

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        file.ReadExactly(bytes);
        return bytes;
    }

    private void Skip(long count)
    {
        if (file.Position + count > file.Length) throw new EndOfStreamException();
        file.Position += count;
    }
}
