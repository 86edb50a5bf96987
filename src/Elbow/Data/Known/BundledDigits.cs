using System.IO.Compression;
using System.Security.Cryptography;
using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>The UCI optical digits, bundled with Elbow.</summary>
/// <remarks>Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI repository 80, 1998; CC BY 4.0.</remarks>
public static class BundledDigits
{
    private const string Citation =
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998";
    private const string Licence = "CC BY 4.0";

    /// <summary>The data of Tomczak's book: the UCI test file, 1797 images, the book's split.</summary>
    public static KnownSet Book { get; } = new()
    {
        Kind = "digits",
        Title = "Digits (UCI optical digits, test file, the data of Tomczak's Deep Generative Modeling)",
        Folder = "optdigits",
        Contents = "1797 images, 8 x 8, integers 0..16, 10 classes",
        Split = "rows 0-999 train, 1000-1349 validation (training when data.validation is 0), 1350-1796 test",
        Licence = Licence,
        Citation = Citation,
        Editions = [],
    };

    /// <summary>The whole data with the split of the repository.</summary>
    public static KnownSet Repository { get; } = new()
    {
        Kind = "optdigits",
        Title = "UCI Optical Recognition of Handwritten Digits",
        Folder = "optdigits",
        Contents = "5620 images, 8 x 8, integers 0..16, 10 classes",
        Split = "3823 train, of which the last 382 are validation (none when data.validation is 0), 1797 test (other writers)",
        Licence = Licence,
        Citation = Citation,
        Editions = [],
    };

    /// <summary>Opens one of the two bundled sets.</summary>
    internal static (KnownParts Parts, string Sha256) Open(KnownSet set)
    {
        var (test, testHash) = Read("optdigits.tes");
        if (set.Kind == Book.Kind)
        {
            return (new KnownParts(Subset.Slice(test, 0, 1350), null, Subset.Slice(test, 1350, 447), 350), testHash);
        }

        var (training, trainingHash) = Read("optdigits.tra");
        var hash = DataHash.Combine([("optdigits.tra", trainingHash), ("optdigits.tes", testHash)]);
        return (new KnownParts(training, null, test, 382), hash);
    }

    private static (IDataset Data, string Sha256) Read(string file)
    {
        using var resource = typeof(BundledDigits).Assembly.GetManifestResourceStream($"Elbow.Data.{file}.gz")!;
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(resource, CompressionMode.Decompress))
        {
            gzip.CopyTo(unpacked);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length)));
        unpacked.Position = 0;
        using var text = new StreamReader(unpacked);
        return (Optdigits.Read(text, file), hash);
    }
}
