using System.CommandLine;
using System.Text.Json;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Export;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow export RUN --onnx DIR | --safetensors FILE</c></summary>
internal static class ExportCommand
{
    internal static Command Create()
    {
        var run = RunArgument.Create();
        var checkpoint = RunArgument.Checkpoint();
        var onnx = new Option<string?>("--onnx") { Description = "folder for encoder.onnx, decoder.onnx, sampler.onnx and elbow.json", HelpName = "DIR" };
        var weights = new Option<string?>("--safetensors") { Description = "file for the weights, with the names a PyTorch module would have", HelpName = "FILE" };
        var command = new Command("export", "take the model elsewhere: ONNX graphs for any runtime, or the weights alone") { run, onnx, weights, checkpoint };
        command.SetAction(parsed =>
        {
            var (folder, file) = (parsed.GetValue(onnx), parsed.GetValue(weights));
            if (folder is null && file is null) throw new UserException("nothing says what to export", "add --onnx DIR or --safetensors FILE");
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            if (folder is not null) Graphs(trained, folder);
            if (file is not null) Weights(trained, file);
            return Boundary.Success;
        });
        return command;
    }

    private static void Graphs(TrainedModel trained, string folder)
    {
        if (File.Exists(folder)) throw new UserException($"--onnx {folder} is a file", "name a folder: it is created when it is not there");
        var (model, device, card) = (trained.Experiment.Model, trained.Experiment.Device, ModelCard.Of(trained));
        var metadata = new Dictionary<string, string> { [ModelCard.Key] = card.ToJsonString() };
        var graphs = new List<(string Name, byte[] File)>
        {
            ("encoder.onnx", Supported("the encoder", () => OnnxExport.Encoder(model, device, metadata))),
            ("decoder.onnx", Supported("the decoder", () => OnnxExport.Decoder(model, device, metadata))),
        };
        try
        {
            graphs.Add(("sampler.onnx", OnnxExport.Sampler(() => trained.Experiment.SamplingDensity, device, metadata)));
        }
        catch (NotSupportedException error)
        {
            Console.Error.WriteLine($"warning: no sampler.onnx: {error.Message}; draw latents with 'elbow sample'");
        }
        AtomicFile.EnsureFolder(folder);
        foreach (var (name, bytes) in graphs) AtomicFile.WriteBytes(Path.Combine(folder, name), bytes);
        AtomicFile.WriteText(Path.Combine(folder, "elbow.json"), card.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        foreach (var (name, bytes) in graphs) Console.Out.WriteLine($"{Path.Combine(folder, name)}: {bytes.Length / 1024.0:F0} kB, opset {OnnxExport.Opset}, any batch size");
        Console.Out.WriteLine($"{Path.Combine(folder, "elbow.json")}: shapes, ranges and parts");
    }

    private static void Weights(TrainedModel trained, string file)
    {
        if (Directory.Exists(file)) throw new UserException($"--safetensors {file} is a folder", "name a file in it");
        var (tensors, numbers) = PortableWeights.Write(trained, file);
        Console.Out.WriteLine($"{file}: {tensors} tensors, {numbers} numbers");
    }

    private static byte[] Supported(string what, Func<byte[]> export)
    {
        try
        {
            return export();
        }
        catch (NotSupportedException error)
        {
            throw new UserException($"{what} has no form in ONNX: {error.Message}", "export its weights instead: --safetensors FILE", error);
        }
    }
}
