using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>SHA-256 of an extractor: a description of what it does, and its weights.</summary>
internal static class FeatureHash
{
    internal static string Of(string recipe, params IEnumerable<KeyValuePair<string, Tensor>> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(recipe));
        foreach (var (name, tensor) in weights)
        {
            using var scope = TensorScope.Open();
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.Detach().To(DType.Float32).ToArray<float>()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
