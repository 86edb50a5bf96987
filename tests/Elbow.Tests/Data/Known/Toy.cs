using System.Security.Cryptography;
using Elbow.Data;

namespace Elbow.Tests.Data.Known;

/// <summary>A made-up known set of one file, or of one archive.</summary>
internal static class Toy
{
    public static KnownFile File(string name, byte[] bytes) => new(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public static KnownSet Set(byte[] contents, params Uri[] addresses) =>
        Of(File("a.bin", contents), [File("a.bin", contents)], [], addresses);

    public static KnownSet Archived(byte[] archive, KnownFile[] inside, params Uri[] addresses) =>
        Of(File("all.tar.gz", archive), inside, inside, addresses);

    private static KnownSet Of(KnownFile arrives, KnownFile[] files, KnownFile[] unpacks, Uri[] addresses) => new()
    {
        Kind = "toy",
        Title = "Toy",
        Folder = "set",
        Contents = "",
        Split = "",
        Licence = "",
        Citation = "",
        Editions = [new KnownEdition("", files, addresses.Length == 0 ? [] : [new KnownDownload(arrives, addresses, unpacks)], _ => throw new NotSupportedException())],
    };
}
