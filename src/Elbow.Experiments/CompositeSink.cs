namespace Elbow.Experiments;

/// <summary>Passes every event to several sinks in the given order; put the store first.</summary>
/// <param name="sinks">Owned: disposed with this one.</param>
public sealed class CompositeSink(params IReadOnlyList<IRunSink> sinks) : IRunSink, IDisposable
{
    /// <inheritdoc/>
    public void Emit(RunEvent e)
    {
        foreach (var sink in sinks)
        {
            sink.Emit(e);
        }
    }

    /// <summary>Disposes the sinks that can be disposed, in order.</summary>
    public void Dispose()
    {
        foreach (var sink in sinks.OfType<IDisposable>())
        {
            sink.Dispose();
        }
    }
}
