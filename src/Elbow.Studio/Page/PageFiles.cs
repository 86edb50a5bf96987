using System.Reflection;
using System.Text;

namespace Elbow.Studio.Page;

/// <summary>The browser's half, as it was when Elbow was built.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";

    private static readonly Assembly Assembly = typeof(PageFiles).Assembly;

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".wasm"] = "application/wasm",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
        [".woff2"] = "font/woff2",
    };

    private static readonly HashSet<string> Names = [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])];

    /// <summary>Whether npm had built the page when Elbow was built.</summary>
    internal static bool IsBuilt => Names.Contains("index.html");

    /// <summary>Paths of all files.</summary>
    internal static IReadOnlyCollection<string> All => Names;

    /// <summary>Changes with every build.</summary>
    internal static string Version { get; } = Assembly.ManifestModule.ModuleVersionId.ToString("n");

    /// <summary>The page; when it was not built one that says how to.</summary>
    internal static string Index() => IsBuilt ? Text("index.html") : """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Elbow</title>
        <style>:root { color-scheme: light dark } body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style></head>
        <body><h1>The studio's page was not built</h1>
        <p>It is built by npm, which was not there, or failed, when Elbow was built.</p>
        <p>Install Node.js with npm (20 or newer; on Debian <code>apt-get install npm</code>) and run <code>./elbow studio</code> again: it builds the page first.
        If npm failed, <code>artifacts/npm-studio.log</code> says why.</p>
        <p>The numbers are served nonetheless: <a href="/api/runs">/api/runs</a>.</p></body></html>

        """;

    /// <summary>A file of the page; null without one.</summary>
    internal static Stream? Open(string path) => Names.Contains(path) ? Assembly.GetManifestResourceStream(Prefix + path) : null;

    internal static string Type(string path) => Types.GetValueOrDefault(Path.GetExtension(path).ToLowerInvariant(), "application/octet-stream");

    private static string Text(string path)
    {
        using var reader = new StreamReader(Open(path)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
