namespace Elbow.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Elbow.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException("the tests must run inside a checkout");
    }
}
