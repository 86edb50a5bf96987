namespace Elbow.Data;

/// <summary>One file of a known set, told apart from damaged or different copies by size and checksum.</summary>
/// <param name="Name">File name, without folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
public sealed record KnownFile(string Name, long Size, string Sha256);
