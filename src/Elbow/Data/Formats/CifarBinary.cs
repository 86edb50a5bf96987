using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The binary format of CIFAR-10: records of one class byte and 3 x 32 x 32 bytes, red plane, green plane, blue plane.</summary>
public static class CifarBinary
{
    private const int RecordBytes = 1 + (3 * 32 * 32);

    private static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Maps a file of records.</summary>
    /// <exception cref="UserException">Missing, empty, not a whole number of records, or a class above 9.</exception>
    public static IDataset Open(string path) => BadData.Guard(path, () =>
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0 || file.Length % RecordBytes != 0)
        {
            throw BadData.Damaged(path, $"has {file.Length} bytes, which is no whole number of CIFAR-10 records of {RecordBytes} bytes");
        }

        var codes = new int[checked((int)(file.Length / RecordBytes))];
        for (var row = 0; row < codes.Length; row++)
        {
            file.Position = (long)row * RecordBytes;
            codes[row] = file.ReadByte();
            if (codes[row] >= Classes.Length)
            {
                throw BadData.Damaged(path, $"record {row} claims class {codes[row]}, CIFAR-10 has classes 0..9");
            }
        }

        var layout = new RowLayout(1, RecordBytes, codes.Length, new DataShape(3, 32, 32), NumberFormat.Byte);
        return (IDataset)new MemoryMappedDataset(path, layout, DataRange.Levels(256), null, new LabelColumn("class", codes, Classes));
    });
}
