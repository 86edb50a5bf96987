using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Tensors by name: weights of a model, memory of an optimiser.</summary>
public static class NamedTensorSet
{
    private const int Listed = 5;

    /// <summary>Overwrites every tensor by the one of the same name, or none when the two sets differ.</summary>
    /// <exception cref="ArgumentException">A name is missing or unknown, or a shape differs; lists the first few.</exception>
    public static void Overwrite(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(values);
        var own = tensors.ToDictionary(StringComparer.Ordinal);
        var faults = own.Keys.Except(values.Keys).Select(name => $"'{name}' is missing")
            .Concat(values.Keys.Except(own.Keys).Select(name => $"'{name}' is unknown"))
            .Concat(own.Where(pair => values.TryGetValue(pair.Key, out var other) && other.Shape != pair.Value.Shape)
                .Select(pair => $"'{pair.Key}' is {values[pair.Key].Shape}, expected {pair.Value.Shape}"))
            .ToList();
        if (faults.Count > 0) throw new ArgumentException(string.Join("; ", faults.Take(Listed)) + (faults.Count > Listed ? $"; and {faults.Count - Listed} more" : ""));
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        foreach (var (name, tensor) in own) tensor.CopyInPlace(values[name].To(tensor.Device));
    }
}
