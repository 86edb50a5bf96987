using System.Buffers.Binary;

namespace Elbow.Experiments.TensorBoard;

/// <summary>What TensorBoard wants to know about a PNG, read from its first chunk.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Channels">1 grey, 2 grey + alpha, 3 RGB, 4 RGBA.</param>
internal readonly record struct PngHeader(int Width, int Height, int Channels)
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Parses the signature and the IHDR chunk; null when the bytes are no PNG.</summary>
    public static PngHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 26 || !bytes.StartsWith(Signature))
        {
            return null;
        }

        return new PngHeader(
            BinaryPrimitives.ReadInt32BigEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[20..]),
            bytes[25] switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 });
    }
}
