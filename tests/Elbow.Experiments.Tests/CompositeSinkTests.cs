using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class CompositeSinkTests
{
    [Fact]
    public void Emit_TwoSinks_BothGetEveryEventInOrder()
    {
        using var first = new RecordingSink();
        using var second = new RecordingSink();
        using var both = new CompositeSink(first, second);

        both.Emit(Some.Step(1));
        both.Emit(Some.Step(2));

        Assert.Equal([1L, 2L], first.Events.Cast<StepLogged>().Select(e => e.Step));
        Assert.Equal(first.Events, second.Events);
    }

    [Fact]
    public void Emit_StoreBreaks_EndsTheRun()
    {
        using var both = new CompositeSink(new ThrowingStore());

        Assert.Throws<RunFailedException>(() => both.Emit(Some.Step(1)));
    }

    [Fact]
    public void Dispose_SinksThatHoldFiles_AreDisposed()
    {
        using var sink = new RecordingSink();

        new CompositeSink(new ThrowingStore(), sink).Dispose();

        Assert.True(sink.Disposed);
    }

    private sealed class ThrowingStore : IRunSink
    {
        public void Emit(RunEvent e) => throw new RunFailedException("full", "free");
    }
}
