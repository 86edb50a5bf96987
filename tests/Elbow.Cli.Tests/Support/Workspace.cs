using System.Security.Cryptography;

namespace Elbow.Cli.Tests.Support;

/// <summary>A temporary folder in which a command runs, with the environment it gets.</summary>
internal sealed class Workspace : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("elbow-cli-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Whether commands run as somebody to whom nothing is readable or writable but by permission; root is refused nothing.</summary>
    public bool Unprivileged { get; set; }

    /// <summary>What a shell does with the command's streams, such as <c>2&gt;&amp;-</c>.</summary>
    public string? Closing { get; set; }

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public string Write(string name, params byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    /// <summary>A copy of a folder under another name.</summary>
    public string Copy(string folder, string name)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = At(name, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        foreach (var empty in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(At(name, Path.GetRelativePath(folder, empty)));
        return At(name);
    }

    /// <summary>Path and checksum of every file below, locks excepted.</summary>
    public static IReadOnlyDictionary<string, string> Fingerprint(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(folder, file), Sha256);

    public static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
