using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Elbow.Data.Formats;

/// <summary>How one number is stored.</summary>
/// <param name="Kind">u: unsigned, i: signed, f: IEEE 754, b: boolean byte.</param>
/// <param name="Bytes">1, 2, 4 or 8.</param>
/// <param name="BigEndian">Most significant byte first.</param>
internal sealed record NumberFormat(char Kind, int Bytes, bool BigEndian = false)
{
    /// <summary>Bytes 0..255.</summary>
    public static NumberFormat Byte { get; } = new('u', 1);

    /// <summary>Whether the pair (kind, bytes) is one of f2 f4 f8 u1 u2 u4 u8 i1 i2 i4 i8 b1.</summary>
    public bool IsKnown => (Kind, Bytes) is ('f', 2 or 4 or 8) or ('u' or 'i', 1 or 2 or 4 or 8) or ('b', 1);

    /// <summary>Whether stored bytes are the values 0..255 themselves.</summary>
    public bool IsByte => Kind is 'u' or 'b' && Bytes == 1;

    /// <summary>Converts stored numbers to 32-bit ones (nearest value; doubles beyond their range become infinite).</summary>
    public void ToFloats(ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (Kind, Bytes)
        {
            case ('u' or 'b', 1):
                Widen(source, destination);
                break;
            case ('f', 4) when !BigEndian && BitConverter.IsLittleEndian:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
                break;
            default:
                for (var i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)One(source.Slice(i * Bytes, Bytes));
                }

                break;
        }
    }

    /// <summary>Converts stored numbers to 64-bit ones, exactly but for whole numbers beyond 2^53.</summary>
    public void ToDoubles(ReadOnlySpan<byte> source, Span<double> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = Wide(source.Slice(i * Bytes, Bytes));
        }
    }

    /// <summary>Bytes to numbers 0..255.</summary>
    public static void Widen(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var i = 0;
        var step = Vector<byte>.Count;
        for (; i <= destination.Length - step; i += step)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var low, out var high);
            Store(low, destination[i..]);
            Store(high, destination[(i + (step / 2))..]);
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    private static void Store(Vector<ushort> words, Span<float> destination)
    {
        Vector.Widen(words, out var low, out var high);
        Vector.ConvertToSingle(Vector.AsVectorInt32(low)).CopyTo(destination);
        Vector.ConvertToSingle(Vector.AsVectorInt32(high)).CopyTo(destination[Vector<float>.Count..]);
    }

    private float One(ReadOnlySpan<byte> bytes) => (float)Wide(bytes);

    private double Wide(ReadOnlySpan<byte> bytes)
    {
        ulong word = Bytes switch
        {
            1 => bytes[0],
            2 => BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
        return (Kind, Bytes) switch
        {
            ('f', 2) => (double)BitConverter.UInt16BitsToHalf((ushort)word),
            ('f', 4) => BitConverter.UInt32BitsToSingle((uint)word),
            ('f', _) => BitConverter.UInt64BitsToDouble(word),
            ('i', 1) => (sbyte)word,
            ('i', 2) => (short)word,
            ('i', 4) => (int)word,
            ('i', _) => (long)word,
            _ => word,
        };
    }
}
