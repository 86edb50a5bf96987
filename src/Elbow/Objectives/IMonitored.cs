namespace Elbow.Objectives;

/// <summary>
/// An objective whose scalar does not compare between epochs, because a weight in it changes: it says what does, for the schedule of the
/// learning rate, for early stopping and for the choice of the best epoch.
/// </summary>
public interface IMonitored : IObjective
{
    /// <summary>The value of an epoch, nats, larger is better, from the terms of the data it is judged by.</summary>
    double Monitored(TermStatistics judged);
}
