namespace Elbow.Experiments;

/// <summary>Stores every event in the run's log. A failure ends the run, because a run without a record is worth nothing.</summary>
/// <param name="log">Owned by the caller, who also flushes and truncates it.</param>
public sealed class EventLogSink(EventLog log) : IRunSink
{
    /// <inheritdoc/>
    /// <exception cref="RunFailedException">The disk is full or broken.</exception>
    public void Emit(RunEvent e) => log.Append(e);
}
