using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>An exponential moving average of a model's weights: w̄ ← w̄ + (1 − decay)(w − w̄), decay min(decay, (1 + t)/(10 + t)) so that the start is forgotten.</summary>
/// <remarks>Buffers (running statistics) are copied, not averaged. Source: Polyak and Juditsky 1992; the rising decay is a common choice, not from there.</remarks>
public sealed class WeightAverage : IDisposable
{
    private readonly Module model;
    private readonly double decay;
    private readonly Dictionary<string, Tensor> average;

    /// <summary>Starts at the model's present weights.</summary>
    public WeightAverage(Module model, double decay)
    {
        ArgumentNullException.ThrowIfNull(model);
        (this.model, this.decay) = (model, decay);
        using var frozen = Autograd.NoGrad();
        average = model.NamedTensors().ToDictionary(pair => pair.Key, pair => TensorScope.Detach(pair.Value.Clone()), StringComparer.Ordinal);
    }

    /// <summary>The averaged weights by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => average;

    /// <summary>Takes in the weights after a step.</summary>
    public void Update(long step)
    {
        using var frozen = Autograd.NoGrad();
        var weight = 1 - Math.Min(decay, (1.0 + step) / (10.0 + step));
        foreach (var (name, tensor) in model.NamedParameters()) average[name].LerpInPlace(tensor, weight);
        foreach (var (name, tensor) in model.NamedBuffers()) average[name].CopyInPlace(tensor);
    }

    /// <summary>Runs something with the averaged weights in the model, then puts the trained ones back.</summary>
    public void Evaluate(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var frozen = Autograd.NoGrad();
        var trained = model.NamedTensors().ToDictionary(pair => pair.Key, pair => TensorScope.Detach(pair.Value.Clone()), StringComparer.Ordinal);
        try
        {
            model.Load(average);
            work();
        }
        finally
        {
            model.Load(trained);
            foreach (var tensor in trained.Values) tensor.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in average.Values) tensor.Dispose();
    }
}
