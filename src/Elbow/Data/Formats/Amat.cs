using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The text format of the binarized MNIST files: 784 digits 0 or 1 on each line, separated by blanks.</summary>
public static class Amat
{
    private const int Pixels = 28 * 28;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="UserException">Missing, empty, not only 0, 1 and blanks, or no whole number of images.</exception>
    public static IDataset Open(string path) => BadData.Guard(path, () =>
    {
        var text = File.ReadAllBytes(path);
        var (values, count) = (new byte[text.Length], 0);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'0' or (byte)'1':
                    values[count++] = (byte)(text[at] - '0');
                    break;
                case (byte)' ' or (byte)'\n' or (byte)'\r':
                    break;
                default:
                    throw BadData.Damaged(path, $"byte {at} is neither 0, 1 nor a blank");
            }
        }

        return count > 0 && count % Pixels == 0
            ? (IDataset)new ArrayDataset(Path.GetFileName(path), new DataShape(1, 28, 28), values[..count], DataRange.Binary)
            : throw BadData.Damaged(path, $"has {count} pixels, which is no whole number of 28 x 28 images");
    });
}
