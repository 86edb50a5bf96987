namespace Elbow.Torch;

/// <summary>A decoded image: bytes with interleaved channels, rows top to bottom.</summary>
public sealed record Picture
{
    /// <summary>Checks that the pixels fit the shape.</summary>
    /// <param name="pixels"><c>width * height * channels</c> bytes; kept, not copied.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 (grey) or 3 (red, green, blue).</param>
    /// <exception cref="ArgumentException">The length does not fit, or the number of channels is neither 1 nor 3.</exception>
    public Picture(byte[] pixels, int width, int height, int channels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width < 1 || height < 1 || channels is not (1 or 3) || pixels.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"pixels: expected width * height * channels = {width} * {height} * {channels} bytes with 1 or 3 channels, got {pixels.Length}",
                nameof(pixels));
        }

        (Pixels, Width, Height, Channels) = (pixels, width, height, channels);
    }

    /// <summary>The bytes: <c>Pixels[(y * Width + x) * Channels + c]</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    public int Channels { get; }
}
