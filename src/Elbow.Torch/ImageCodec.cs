using System.Runtime.InteropServices;
using Elbow.Torch.Native;

namespace Elbow.Torch;

/// <summary>Reads PNG, JPEG and BMP files, writes the same three, and resizes. Thread safe.</summary>
/// <remarks>
/// Pixels are bytes with interleaved channels, rows top to bottom: <c>pixels[(y * Width + x) * Channels + c]</c>.
/// Files that cannot be decoded and shapes that cannot be encoded throw <see cref="InvalidDataException"/> with the reason.
/// </remarks>
public static partial class ImageCodec
{
    private const long MostPixels = 1L << 26;

    static ImageCodec() => NativeLoader.Register();

    /// <summary>Decodes the bytes of an image file; an alpha channel is dropped.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="channels">1 for grey, 3 for colour, 0 for what the file has.</param>
    /// <exception cref="InvalidDataException">Not an image, damaged, or of more than 2^26 pixels.</exception>
    public static unsafe Picture Decode(ReadOnlySpan<byte> file, int channels = 0)
    {
        byte* pixels;
        int width, height, found;
        fixed (byte* bytes = file)
        {
            Check(elbow_image_decode(bytes, file.Length, channels, &pixels, &width, &height, &found));
        }

        return new Picture(Take(pixels, (long)width * height * found), width, height, found);
    }

    /// <summary>Encodes as PNG (lossless).</summary>
    /// <exception cref="InvalidDataException">The picture has no pixels or too many.</exception>
    public static unsafe byte[] EncodePng(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        byte* bytes;
        long length;
        fixed (byte* pixels = picture.Pixels)
        {
            Check(elbow_image_encode_png(pixels, picture.Width, picture.Height, picture.Channels, &bytes, &length));
        }

        return Take(bytes, length);
    }

    /// <summary>Encodes as JPEG.</summary>
    /// <param name="picture">What to encode.</param>
    /// <param name="quality">1 (small) to 100 (best).</param>
    /// <exception cref="InvalidDataException">The picture has no pixels or too many, or the quality is out of range.</exception>
    public static unsafe byte[] EncodeJpeg(Picture picture, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(picture);
        byte* bytes;
        long length;
        fixed (byte* pixels = picture.Pixels)
        {
            Check(elbow_image_encode_jpeg(pixels, picture.Width, picture.Height, picture.Channels, quality, &bytes, &length));
        }

        return Take(bytes, length);
    }

    /// <summary>Encodes as BMP (lossless, 24 bits a pixel).</summary>
    /// <exception cref="InvalidDataException">The picture has no pixels or too many.</exception>
    public static unsafe byte[] EncodeBmp(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        byte* bytes;
        long length;
        fixed (byte* pixels = picture.Pixels)
        {
            Check(elbow_image_encode_bmp(pixels, picture.Width, picture.Height, picture.Channels, &bytes, &length));
        }

        return Take(bytes, length);
    }

    /// <summary>A picture of another size: Mitchell filter when shrinking (no aliasing), Catmull-Rom when enlarging.</summary>
    /// <exception cref="InvalidDataException">One of the two sizes is zero or too large.</exception>
    public static unsafe Picture Resize(Picture picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (width <= 0 || height <= 0 || (long)width * height > MostPixels)
        {
            throw new InvalidDataException($"cannot resize to {width} x {height} pixels");
        }

        var resized = new byte[width * height * picture.Channels];
        fixed (byte* from = picture.Pixels, to = resized)
        {
            Check(elbow_image_resize(from, picture.Width, picture.Height, picture.Channels, to, width, height));
        }

        return new Picture(resized, width, height, picture.Channels);
    }

    private static unsafe byte[] Take(byte* memory, long length)
    {
        try
        {
            return new ReadOnlySpan<byte>(memory, checked((int)length)).ToArray();
        }
        finally
        {
            elbow_image_free(memory);
        }
    }

    private static unsafe void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidDataException(Marshal.PtrToStringUTF8((nint)elbow_last_error()));
        }
    }

    [LibraryImport("elbow_torch")]
    private static unsafe partial int elbow_image_decode(
        byte* bytes, long length, int channels, byte** pixels, int* width, int* height, int* found);

    [LibraryImport("elbow_torch")]
    private static unsafe partial int elbow_image_encode_png(byte* pixels, int width, int height, int channels, byte** bytes, long* length);

    [LibraryImport("elbow_torch")]
    private static unsafe partial int elbow_image_encode_jpeg(
        byte* pixels, int width, int height, int channels, int quality, byte** bytes, long* length);

    [LibraryImport("elbow_torch")]
    private static unsafe partial int elbow_image_encode_bmp(byte* pixels, int width, int height, int channels, byte** bytes, long* length);

    [LibraryImport("elbow_torch")]
    private static unsafe partial int elbow_image_resize(
        byte* pixels, int width, int height, int channels, byte* resized, int newWidth, int newHeight);

    [LibraryImport("elbow_torch")]
    private static unsafe partial void elbow_image_free(void* memory);

    [LibraryImport("elbow_torch")]
    private static unsafe partial byte* elbow_last_error();
}
