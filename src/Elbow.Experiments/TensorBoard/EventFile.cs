using System.Buffers.Binary;
using Elbow.Experiments.Storage;
using Elbow.Experiments.TensorBoard.Wire;
using Google.Protobuf;

namespace Elbow.Experiments.TensorBoard;

/// <summary>
/// Writes one TensorBoard event file: TFRecord framing, that is length (8 bytes), masked CRC of the length (4), event, masked CRC of the
/// event (4), all little-endian. Every event reaches the operating system at once, so that a killed run keeps its curves.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private readonly FileStream stream;

    private EventFile(FileStream stream) => this.stream = stream;

    public static EventFile Create(string folder, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var name = $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(folder);
            var file = new EventFile(new FileStream(
                Enumerable.Range(1, int.MaxValue)
                    .Select(n => Path.Combine(folder, n == 1 ? name : $"{name}.{n}"))
                    .First(path => !File.Exists(path)),
                FileMode.CreateNew, FileAccess.Write, FileShare.Read));
            file.Write(new Event { WallTime = Seconds(now), FileVersion = "brain.Event:2" });
            return file;
        }
        catch (Exception e) when (DiskError.IsDisk(e))
        {
            throw DiskError.WhileWriting(e, folder);
        }
    }

    public static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    public void Write(Event e)
    {
        var body = e.ToByteArray();
        Span<byte> record = new byte[8 + 4 + body.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Crc32C.Masked(record[..8]));
        body.CopyTo(record[12..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^4..], Crc32C.Masked(body));
        try
        {
            stream.Write(record);
            stream.Flush();
        }
        catch (Exception error) when (DiskError.IsDisk(error))
        {
            throw DiskError.WhileWriting(error, stream.Name);
        }
    }

    public void Dispose() => stream.Dispose();
}
