using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Layers one after another; parameters are named by position.</summary>
public sealed class Sequential : Module, ILayer
{
    private readonly ILayer[] layers;

    /// <summary>A chain of layers.</summary>
    public Sequential(params IEnumerable<ILayer> layers) => this.layers = [.. layers.Select((layer, k) => Child($"{k}", layer))];

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<ILayer> Layers => layers;

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        foreach (var layer in layers) x = layer.Forward(x);
        return x;
    }
}
