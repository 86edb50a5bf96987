using System.Security.Cryptography;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>
/// Weights in a file for other programs: safetensors under the names that a PyTorch module of the same structure has
/// (<see cref="Networks.Module.PortableTensors"/>), with the model's card in the metadata.
/// </summary>
public static class PortableWeights
{
    private const int Listed = 8;

    // PyTorch's count of the batches that a normalisation has seen, which only its cumulative averages read.
    private const string Counter = ".num_batches_tracked";

    /// <summary>Writes all parameters and buffers of an open run.</summary>
    /// <returns>How many tensors and numbers were written.</returns>
    public static (int Tensors, long Numbers) Write(TrainedModel trained, string file)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var tensors = trained.Experiment.Model.PortableTensors().ToList();
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [ModelCard.Key] = ModelCard.Of(trained).ToJsonString() };
        AtomicFile.Write(file, stream => Safetensors.Write(stream, tensors, metadata));
        return (tensors.Count, tensors.Sum(pair => pair.Value.Count));
    }

    /// <summary>Reads a file that anybody wrote; the tensors belong to the open scope.</summary>
    /// <exception cref="UserException">Not there, or no sound safetensors file.</exception>
    internal static (Dictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata, string Sha256) Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            stream.Position = 0;
            return (Safetensors.Read(stream, out var metadata), metadata, sha256);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"there is no file {file}", "give the path of a safetensors file", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{file} cannot be read: {error.Message}", "give a whole file in the safetensors format: safetensors.torch.save_file writes one in Python", error);
        }
    }

    /// <summary>Overwrites a model by the tensors of a file, whose names are those of PyTorch or of a checkpoint of Elbow.</summary>
    /// <param name="model">What is overwritten, or left as it is when anything does not fit.</param>
    /// <param name="tensors">By name; wider and narrower floating-point types are converted.</param>
    /// <param name="file">For messages.</param>
    /// <param name="warn">Told what was converted.</param>
    /// <exception cref="UserException">Names, shapes or types differ: all of them are named together. Or numbers are not finite.</exception>
    internal static void Load(LatentVariableModel model, IReadOnlyDictionary<string, Tensor> tensors, string file, Action<string> warn)
    {
        var own = model.NamedTensors().ToList();
        List<string> names = [.. own.All(pair => tensors.ContainsKey(pair.Key)) ? own.Select(pair => pair.Key) : model.PortableTensors().Select(pair => pair.Key)];
        MustFit(own, names, tensors, file);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var values = own.Zip(names, (pair, name) => (pair.Key, Name: name, Value: tensors[name].To(pair.Value.DType))).ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        if (values.Values.FirstOrDefault(entry => !entry.Value.IsFinite().All()).Name is { } bad)
            throw new UserException($"{file}: '{bad}' holds numbers that are not finite in 32 bits", "train again with a smaller learning rate, or write the weights before they overflowed");
        foreach (var group in own.Zip(names, (pair, name) => (From: tensors[name].DType, To: pair.Value.DType)).Where(types => types.From != types.To).GroupBy(types => types))
            warn($"{group.Count()} of {own.Count} tensors were converted from {group.Key.From} to {group.Key.To}");
        model.Load(values.ToDictionary(entry => entry.Key, entry => entry.Value.Value));
    }

    private static void MustFit(List<KeyValuePair<string, Tensor>> own, List<string> names, IReadOnlyDictionary<string, Tensor> tensors, string file)
    {
        var pairs = own.Zip(names).Where(pair => tensors.ContainsKey(pair.Second)).Select(pair => (Name: pair.Second, Wanted: pair.First.Value, Got: tensors[pair.Second])).ToList();
        string[] faults =
        [
            .. Fault("missing", names.Where(name => !tensors.ContainsKey(name))),
            .. Fault("unknown", tensors.Keys.Except(names).Where(name => !name.EndsWith(Counter, StringComparison.Ordinal)).Order(StringComparer.Ordinal)),
            .. Fault("of another shape", pairs.Where(pair => pair.Got.Shape != pair.Wanted.Shape).Select(pair => $"{pair.Name} {pair.Got.Shape} for {pair.Wanted.Shape}")),
            .. Fault("of another type", pairs.Where(pair => pair.Got.DType is not (DType.Float64 or DType.Float32 or DType.Float16 or DType.BFloat16)).Select(pair => $"{pair.Name} {pair.Got.DType} for {pair.Wanted.DType}")),
        ];
        if (faults.Length > 0) throw new UserException($"the weights in {file} are not those of the configuration: {string.Join("; ", faults)}", "give the configuration of the network that was trained, or rename its tensors as docs/export.md says");
    }

    private static IEnumerable<string> Fault(string what, IEnumerable<string> which)
    {
        string[] all = [.. which];
        if (all.Length > 0) yield return $"{what}: {string.Join(", ", all.Take(Listed))}{(all.Length > Listed ? $" and {all.Length - Listed} more" : "")}";
    }
}
