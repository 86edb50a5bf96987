using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class EventLogReaderTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly EventLog log;

    public EventLogReaderTests() => log = EventLog.Open(LogPath);

    private string LogPath => temp["events.jsonl"];

    public void Dispose()
    {
        log.Dispose();
        temp.Dispose();
    }

    [Fact]
    public void ReadFrom_WhileWriting_GivesEachEventOnce()
    {
        var (offset, seen) = (0L, new List<long>());
        for (var step = 1; step <= 5; step++)
        {
            log.Append(Some.Step(step));
            var batch = EventLogReader.ReadFrom(LogPath, offset);
            seen.AddRange(Steps(batch));
            offset = batch.NextOffset;
        }

        Assert.Equal([1, 2, 3, 4, 5], seen);
        Assert.Equal(log.Length, offset);
        Assert.Empty(EventLogReader.ReadFrom(LogPath, offset).Events);
    }

    [Fact]
    public void ReadFrom_TornEnd_WaitsForTheRest()
    {
        log.Append(Some.Step(1));
        File.AppendAllText(LogPath, "{\"kind\":\"finis");

        var batch = EventLogReader.ReadFrom(LogPath);

        Assert.Single(batch.Events);
        Assert.Equal(log.Length, batch.NextOffset);
        Assert.Equal(0, batch.Skipped);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"fromTheFuture","timestamp":"2026-01-31T00:00:00+00:00"}""")]
    [InlineData("""{"kind":"finished","step":3}""")]
    [InlineData("\0\0\0\0")]
    public void ReadFrom_LineThatIsNoEvent_IsCountedAndSkipped(string line)
    {
        File.AppendAllText(LogPath, line + "\n");
        using var reopened = EventLog.Open(LogPath);
        reopened.Append(Some.Step(2));

        var batch = EventLogReader.ReadFrom(LogPath);

        Assert.Equal([2], Steps(batch));
        Assert.Equal(1, batch.Skipped);
    }

    [Fact]
    public void ReadFrom_MemberOfANewerVersion_IsIgnored()
    {
        File.WriteAllText(LogPath, """{"step":3,"mood":"good","timestamp":"2026-01-31T00:00:00+00:00","kind":"finished"}""" + "\n");

        Assert.Equal(3, Assert.IsType<Finished>(Assert.Single(EventLogReader.ReadFrom(LogPath).Events)).Step);
    }

    [Fact]
    public void ReadFrom_LogWasCut_StartsAgain()
    {
        log.Append(Some.Step(1));
        log.Append(Some.Step(2));
        var offset = log.Length;
        log.TruncateTo(0);
        log.Append(Some.Step(3));

        var batch = EventLogReader.ReadFrom(LogPath, offset);

        Assert.True(batch.Restarted);
        Assert.Equal([3], Steps(batch));
    }

    [Fact]
    public void ReadFrom_FewBytesAtATime_GivesEachEventOnce()
    {
        Enumerable.Range(1, 20).ToList().ForEach(step => log.Append(Some.Step(step)));
        List<long> seen = [];
        long offset = 0;
        while (offset < log.Length)
        {
            var batch = EventLogReader.ReadFrom(LogPath, offset, maxBytes: 150);
            Assert.True(batch.NextOffset > offset);
            seen.AddRange(Steps(batch));
            offset = batch.NextOffset;
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), seen);
    }

    [Fact]
    public void ReadTail_LongLog_GivesTheLastEvents()
    {
        Enumerable.Range(1, 1500).ToList().ForEach(step => log.Append(Some.Step(step)));

        var tail = EventLogReader.ReadTail(LogPath).Cast<StepLogged>().Select(e => e.Step).ToArray();

        Assert.InRange(tail.Length, 100, 1499);
        Assert.Equal(Enumerable.Range(1501 - tail.Length, tail.Length).Select(i => (long)i), tail);
    }

    [Fact]
    public void ReadAll_FileMissing_IsEmpty() => Assert.Empty(EventLogReader.ReadAll(temp["none"]).Events);

    private static IEnumerable<long> Steps(EventBatch batch) => batch.Events.Cast<StepLogged>().Select(e => e.Step);
}
