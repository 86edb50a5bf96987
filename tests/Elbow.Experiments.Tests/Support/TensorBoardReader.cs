using System.Buffers.Binary;

namespace Elbow.Experiments.Tests.Support;

/// <summary>
/// Reads TensorBoard event files with nothing but the two format descriptions: TFRecord framing and the protobuf wire format. Shares no
/// code with the writer; the checksum is computed bit by bit.
/// </summary>
internal static class TensorBoardReader
{
    /// <summary>A message: field number → its values (ulong varint, byte[] length-delimited, double fixed64, float fixed32).</summary>
    public sealed class Message
    {
        private readonly List<(int Field, object Value)> fields = [];

        public Message(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var key = Varint(ref bytes);
                object value = (key & 7) switch
                {
                    0 => Varint(ref bytes),
                    1 => BinaryPrimitives.ReadDoubleLittleEndian(Take(ref bytes, 8)),
                    2 => Take(ref bytes, (int)Varint(ref bytes)).ToArray(),
                    5 => BinaryPrimitives.ReadSingleLittleEndian(Take(ref bytes, 4)),
                    var type => throw new InvalidDataException($"wire type {type}"),
                };
                fields.Add(((int)(key >> 3), value));
            }
        }

        public T Get<T>(int field) => (T)fields.Single(f => f.Field == field).Value;

        public bool Has(int field) => fields.Any(f => f.Field == field);

        public Message Nested(int field) => new(Get<byte[]>(field));

        public IReadOnlyList<Message> All(int field) => [.. fields.Where(f => f.Field == field).Select(f => new Message((byte[])f.Value))];

        public string Text(int field) => System.Text.Encoding.UTF8.GetString(Get<byte[]>(field));

        public long Step => Has(2) ? (long)Get<ulong>(2) : 0;

        public IReadOnlyList<double> Doubles(int field)
        {
            var packed = Get<byte[]>(field);
            return [.. Enumerable.Range(0, packed.Length / 8).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(packed.AsSpan(8 * i)))];
        }
    }

    public static IReadOnlyList<Message> Read(string folder)
    {
        List<Message> events = [];
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            ReadOnlySpan<byte> bytes = ReadShared(path);
            while (!bytes.IsEmpty)
            {
                var header = Take(ref bytes, 8);
                Check(header, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4)));
                var body = Take(ref bytes, checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header)));
                Check(body, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4)));
                events.Add(new Message(body));
            }
        }

        return events;
    }

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Check(ReadOnlySpan<byte> bytes, uint masked)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
            }
        }

        var rotated = unchecked(masked - 0xa282ead8u);
        Assert.Equal(~crc, (rotated >> 17) | (rotated << 15));
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = Take(ref bytes, 1)[0];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}
