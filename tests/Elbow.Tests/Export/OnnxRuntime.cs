using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Export;

/// <summary>Runs exported graphs in onnxruntime (Node), all of a test at once, and says how far they are from what libtorch computes.</summary>
internal sealed class OnnxRuntime : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("elbow-onnx-").FullName;

    internal static string? Missing =>
        !Directory.Exists(Repository.At("tests", "onnx", "node_modules", "onnxruntime-node")) ? "onnxruntime-node is not installed: ./elbow test installs it where there is Node" : null;

    /// <summary>Adds a graph with inputs, and what each output must be.</summary>
    internal void Case(string name, byte[] graph, IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        File.WriteAllBytes(Path.Combine(folder, name + ".onnx"), graph);
        File.WriteAllText(Path.Combine(folder, name + ".json"), new JsonObject { ["inputs"] = Json(inputs), ["outputs"] = Json(outputs) }.ToJsonString());
    }

    /// <summary>Case and output → largest difference, relative where values are beyond 1: float32 has seven digits, not seven decimals.</summary>
    internal Dictionary<string, double> Differences()
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { Repository.At("tests", "onnx", "check.mjs"), folder } };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var text = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Assert.True(node.ExitCode == 0, errors.Result);
        var differences = new Dictionary<string, double>();
        foreach (var (name, outputs) in JsonNode.Parse(text)!.AsObject())
        {
            Assert.True(outputs!["error"] is null, $"{name}: {outputs["error"]}");
            foreach (var (output, value) in outputs.AsObject()) differences[$"{name}.{output}"] = value?.GetValue<double>() ?? double.NaN;
        }
        return differences;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static JsonObject Json(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var json = new JsonObject();
        foreach (var (name, tensor) in tensors)
        {
            json[name] = new JsonObject
            {
                ["shape"] = JsonSerializer.SerializeToNode(tensor.Shape.ToArray()),
                ["values"] = JsonSerializer.SerializeToNode(tensor.To(DType.Float32).ToArray<float>()),
            };
        }
        return json;
    }
}
