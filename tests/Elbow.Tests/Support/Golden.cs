using System.Text.Json;

namespace Elbow.Tests.Support;

/// <summary>Reference values from <c>tests/golden</c>, each file beside the script that wrote it.</summary>
internal static class Golden
{
    /// <summary>The JSON in a file of the folder, for example <c>distributions/values.json</c>.</summary>
    internal static JsonElement Read(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "tests", "golden", path);
            if (!File.Exists(file)) continue;
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            return document.RootElement.Clone();
        }
        throw new FileNotFoundException($"tests/golden/{path} is in no folder above {AppContext.BaseDirectory}");
    }

    /// <summary>The numbers of a JSON array.</summary>
    internal static double[] Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];
}
