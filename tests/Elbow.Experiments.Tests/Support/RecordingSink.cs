namespace Elbow.Experiments.Tests.Support;

/// <summary>Remembers what it got; breaks on request.</summary>
public sealed class RecordingSink(Exception? breaksWith = null) : IRunSink, IDisposable
{
    public List<RunEvent> Events { get; } = [];

    public bool Disposed { get; private set; }

    public void Emit(RunEvent e)
    {
        Events.Add(e);
        if (breaksWith is not null)
        {
            throw breaksWith;
        }
    }

    public void Dispose()
    {
        Disposed = true;
        if (breaksWith is not null)
        {
            throw breaksWith;
        }
    }
}
