using Elbow.Data.Formats;

namespace Elbow.Cli.Tests.Support;

/// <summary>Arrays on disk in a word.</summary>
internal static class Arrays
{
    public static void Write(Workspace at, string name, int rows, int columns, Func<int, int, double> value)
    {
        using var file = new MemoryStream();
        Npy.Write(file, [.. Enumerable.Range(0, rows * columns).Select(i => (float)value(i / columns, i % columns))], rows, columns);
        at.Write(name, file.ToArray());
    }
}
