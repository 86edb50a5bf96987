namespace Elbow.Experiments;

/// <summary>
/// Listens to a run. Events come in order, one at a time. What it throws ends the run: right for the store, wrong for a display, which is
/// wrapped in <see cref="SafeSink"/>. Sinks that hold a file are also <see cref="IDisposable"/>.
/// </summary>
public interface IRunSink
{
    /// <summary>Takes one event.</summary>
    void Emit(RunEvent e);
}
