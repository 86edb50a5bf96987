using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class SafeSinkTests
{
    private readonly List<string> warnings = [];

    [Fact]
    public void Emit_HealthyDisplay_GetsEveryEvent()
    {
        using var display = new RecordingSink();
        using var safe = new SafeSink(display, "live page", warnings.Add);

        safe.Emit(Some.Step(1));
        safe.Emit(Some.Step(2));

        Assert.Equal(2, display.Events.Count);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Emit_BrokenDisplay_WarnsOnceAndLeavesItAlone()
    {
        var display = new RecordingSink(new InvalidOperationException("no\nsocket"));
        var safe = new SafeSink(display, "live page", warnings.Add);

        safe.Emit(Some.Step(1));
        safe.Emit(Some.Step(2));
        safe.Dispose();

        Assert.Single(display.Events);
        Assert.Equal(["live page is switched off for this run: no socket"], warnings);
    }

    [Fact]
    public void Dispose_DisplayBreaksThen_WarnsOnly()
    {
        new SafeSink(new RecordingSink(new InvalidOperationException("late")), "live page", warnings.Add).Dispose();

        Assert.Single(warnings);
    }
}
