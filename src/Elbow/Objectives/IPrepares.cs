using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>An objective that changes itself or the model before a step: re-encodes remembered rows, puts weights back on a constraint.</summary>
public interface IPrepares : IObjective
{
    /// <summary>Called before each training step with its batch <c>x (B, D)</c>, outside the step's graph; never when a model is judged.</summary>
    void Prepare(LatentVariableModel model, Tensor x, StepContext context);
}

/// <summary>An objective that compares the batch with rows it must not be trained on.</summary>
public interface IHoldsOutRows : IPrepares
{
    /// <summary>Rows of the training data to hold out, fewer than there are; drawn without replacement from the run's seed.</summary>
    int HeldOut { get; }

    /// <summary>Epochs between draws, at least 1.</summary>
    int RedrawEvery { get; }
}
