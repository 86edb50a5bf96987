using Elbow.Models;

namespace Elbow.Objectives;

/// <summary>An objective that sets a weight of its own by what an epoch has reached.</summary>
public interface ILearnsFromEpochs : IObjective
{
    /// <summary>Called at the end of each epoch, without gradients, with the terms of the validation data, or of the training data when none are held out.</summary>
    void EpochEnded(LatentVariableModel model, TermStatistics judged);
}
