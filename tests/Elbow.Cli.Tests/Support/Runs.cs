using System.Buffers.Binary;
using System.Text.Json;

namespace Elbow.Cli.Tests.Support;

/// <summary>Looks into run folders from outside, without Elbow's own readers.</summary>
internal static class Runs
{
    /// <summary>The only run of a store, once it has completed some epochs.</summary>
    public static string WaitForEpochs(string store, int epochs, ElbowProcess trainer)
    {
        for (var tries = 0; tries < 3000; tries++)
        {
            if (Directory.Exists(store) && Directory.GetDirectories(store) is [var run] && Epochs(run).Count >= epochs) return run;
            Assert.False(trainer.HasExited, "training ended early");
            Thread.Sleep(10);
        }
        throw new TimeoutException($"no {epochs} epochs in {store}");
    }

    /// <summary>The numbers of the completed epochs in the log, in its order.</summary>
    public static IReadOnlyList<int> Epochs(string run)
    {
        var log = Path.Combine(run, "events.jsonl");
        if (!File.Exists(log)) return [];
        return [.. Lines(log).Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.TryGetProperty("splits", out _)).Select(e => e.GetProperty("epoch").GetInt32())];
    }

    /// <summary>Every file that has its final name must be whole, whatever happened to the process that wrote it.</summary>
    public static void MustBeReadable(string run)
    {
        foreach (var path in Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories).Where(path => !Path.GetRelativePath(run, path).Split('/').Any(part => part.StartsWith('.'))))
        {
            switch (Path.GetExtension(path))
            {
                case ".json":
                    JsonDocument.Parse(File.ReadAllText(path)).Dispose();
                    break;
                case ".jsonl":
                    foreach (var line in Lines(path)) JsonDocument.Parse(line).Dispose();
                    break;
                case ".safetensors":
                    Safetensors(path);
                    break;
            }
        }
    }

    // Lines with their end; what follows the last line feed is a line that a kill cut off, which readers drop.
    private static string[] Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    private static void Safetensors(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, (int)header));
        var end = json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__").Max(entry => entry.Value.GetProperty("data_offsets")[1].GetInt64());
        Assert.Equal(8 + header + end, bytes.Length);
    }
}
