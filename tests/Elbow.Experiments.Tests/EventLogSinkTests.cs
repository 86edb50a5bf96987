using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class EventLogSinkTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Emit_Event_IsReadableAtOnce()
    {
        using var log = EventLog.Open(temp["events.jsonl"]);

        new EventLogSink(log).Emit(new Finished(Some.Moment, 3));

        Assert.Equal([new Finished(Some.Moment, 3)], EventLogReader.ReadAll(temp["events.jsonl"]).Events);
    }

    [Fact]
    public void Emit_DiskFull_EndsTheRun()
    {
        using var log = EventLog.Open(temp["events.jsonl"], Faults.FullAt(1));

        Assert.Throws<RunFailedException>(() => new EventLogSink(log).Emit(Some.Step(1)));
    }
}
