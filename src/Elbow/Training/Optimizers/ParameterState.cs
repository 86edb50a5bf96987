using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Parameters and, for each, a tensor of its shape that an optimiser remembers under a name.</summary>
internal sealed class ParameterState(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) : IDisposable
{
    private readonly List<(string Name, Tensor[] Tensors)> slots = [];

    internal Tensor[] Parameters { get; } = [.. parameters.Select(pair => pair.Value)];

    internal IEnumerable<KeyValuePair<string, Tensor>> Named => slots.SelectMany(slot =>
        parameters.Select((pair, k) => new KeyValuePair<string, Tensor>($"{pair.Key}.{slot.Name}", slot.Tensors[k])));

    internal Tensor[] Add(string name)
    {
        using var frozen = Autograd.NoGrad();
        Tensor[] tensors = [.. Parameters.Select(parameter => TensorScope.Detach(parameter.ZerosLike()))];
        slots.Add((name, tensors));
        return tensors;
    }

    public void Dispose()
    {
        foreach (var tensor in slots.SelectMany(slot => slot.Tensors)) tensor.Dispose();
    }
}
