using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>What an objective may know when it is built.</summary>
/// <param name="Model">The model it will ascend.</param>
/// <param name="Parts">The configuration the model was built from, for objectives with networks like those of the model.</param>
/// <param name="TrainingRows">N: examples in the training data.</param>
/// <param name="BatchSize">B.</param>
/// <param name="Init">First weights, device and element type of the objective's own tensors.</param>
/// <param name="Warn">Told what is allowed but deserves a word.</param>
public sealed record ObjectiveContext(LatentVariableModel Model, ModelConfig Parts, int TrainingRows, int BatchSize, Init Init, Action<string> Warn)
{
    /// <summary>Some training examples <c>(count, D)</c>, spread over the data, at most N; null where an objective is built without data.</summary>
    public Func<int, Tensor>? Examples { get; init; }
}
