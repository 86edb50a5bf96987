using Elbow.Networks;

namespace Elbow.Objectives;

/// <summary>
/// An objective with a part that has a goal of its own: a critic that estimates, a discriminator that judges. In each step the training
/// loop lets the opponent ascend <see cref="ObjectiveTerms.Opponent"/>, with an optimiser of its own, at the same weights as the model.
/// </summary>
public interface IHasOpponent : IObjective
{
    /// <summary>The opponent; its parameters are not trained with the model. A child of the objective, so that checkpoints hold it.</summary>
    Module Opponent { get; }
}
