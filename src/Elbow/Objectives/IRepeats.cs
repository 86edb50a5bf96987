namespace Elbow.Objectives;

/// <summary>
/// An objective whose evaluation, once its warm-up is over, is the same work for every batch of one size: it depends on the batch, the
/// weights and the generator alone, and reads no number back. On a GPU such work is recorded once and replayed.
/// </summary>
public interface IRepeats : IObjective;
