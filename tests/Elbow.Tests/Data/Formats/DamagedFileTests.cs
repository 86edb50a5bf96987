using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data.Formats;

/// <summary>Flipped and missing bytes: a damaged file opens (when the damage makes another valid file) or is a user's mistake, nothing else.</summary>
public sealed class DamagedFileTests
{
    private static readonly Dictionary<string, (byte[] Bytes, Func<string, IDataset> Open)> Files = new()
    {
        ["idx"] = (Some.Written(stream => Idx.Write(stream, [1, 2, 3, 4, 5, 6], 3, 2)), path => Idx.Open(path)),
        ["idx.gz"] = (Some.Gzip(Some.Written(stream => Idx.Write(stream, [1, 2, 3, 4, 5, 6], 3, 2))), path => Idx.Open(path)),
        ["npy"] = (NpyTests.File("<f4", "False", "(1, 2)", new byte[8]), path => Npy.Open(path)),
        ["fortran"] = (NpyTests.File("|u1", "True", "(2, 2)", [1, 2, 3, 4]), path => Npy.Open(path)),
        ["npz"] = (NpzTests.Zip(("x", NpyTests.File("|u1", "False", "(2, 2)", [1, 2, 3, 4]))), path => Npz.Open(path)),
        ["csv"] = ("a,b\n1,2\n\"3\",4\n"u8.ToArray(), path => Csv.Open(path)),
    };

    public static TheoryData<string> Formats => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Open_EveryTruncation_IsAUserMistakeOrAValidFile(string format)
    {
        using var folder = new TemporaryFolder();
        for (var length = 0; length < Files[format].Bytes.Length; length++)
        {
            OpenOrRefuse(folder, format, Files[format].Bytes[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Open_EveryBitFlip_IsAUserMistakeOrAValidFile(string format)
    {
        using var folder = new TemporaryFolder();
        var refused = 0;
        for (var bit = 0; bit < Files[format].Bytes.Length * 8; bit++)
        {
            var bytes = Files[format].Bytes.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += OpenOrRefuse(folder, format, bytes) ? 0 : 1;
        }

        Assert.True(refused > 0);
    }

    private static bool OpenOrRefuse(TemporaryFolder folder, string format, byte[] bytes)
    {
        var path = folder.Write("damaged", bytes);
        try
        {
            var data = Files[format].Open(path);
            Some.All(data);
            (data as IDisposable)?.Dispose();
            return true;
        }
        catch (UserException mistake)
        {
            Assert.DoesNotContain('\n', mistake.What);
            Assert.NotEmpty(mistake.Mend);
            return false;
        }
    }
}
