using Elbow.Experiments.Storage;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class EventLogTests : IDisposable
{
    private readonly TempFolder temp = new();

    private string LogPath => temp["events.jsonl"];

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Append_Events_IsOneObjectPerLine()
    {
        Write(Some.OfEachKind);

        var lines = File.ReadAllText(LogPath).Split('\n');

        Assert.Equal(Some.OfEachKind.Count + 1, lines.Length);
        Assert.Equal("", lines[^1]);
        Assert.StartsWith("""{"kind":"started","timestamp":"2026-01-31T12:34:56.789+00:00","epochs":10""", lines[0]);
    }

    [Fact]
    public void Open_TornAtEveryByte_KeepsWholeLinesAndGoesOn()
    {
        Write([Some.Step(1), Some.Step(2), Some.Step(3)]);
        var bytes = File.ReadAllBytes(LogPath);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(LogPath, bytes[..length]);
            var whole = bytes[..length].Count(b => b == '\n');

            Write([Some.Step(9)]);

            var batch = EventLogReader.ReadAll(LogPath);
            Assert.Equal([.. Enumerable.Range(1, whole), 9L], Steps(batch));
            Assert.Equal(0, batch.Skipped);
        }
    }

    [Fact]
    public void Open_LongTornLine_IsCutAcrossChunks()
    {
        Write([Some.Step(1)]);
        var length = new FileInfo(LogPath).Length;
        File.AppendAllText(LogPath, new string('x', 200_000));

        using var log = EventLog.Open(LogPath);

        Assert.Equal(length, log.Length);
        Assert.Equal(length, new FileInfo(LogPath).Length);
    }

    [Fact]
    public void TruncateTo_LengthOfACheckpoint_DropsWhatCameAfter()
    {
        using var log = EventLog.Open(LogPath);
        log.Append(Some.Step(1));
        var checkpoint = log.Flush();
        log.Append(Some.Step(2));

        log.TruncateTo(checkpoint);
        log.Append(new Resumed(Some.Moment, 1));
        log.Append(Some.Step(2));

        Assert.Equal(["StepLogged", "Resumed", "StepLogged"], EventLogReader.ReadAll(LogPath).Events.Select(e => e.GetType().Name));
    }

    [Fact]
    public void TruncateTo_ReplayedSteps_GivesTheSameBytes()
    {
        Write([Some.Step(1), Some.Step(2), Some.Step(3)]);
        var uninterrupted = File.ReadAllBytes(LogPath);
        using (var log = EventLog.Open(LogPath))
        {
            log.TruncateTo(Array.IndexOf(uninterrupted, (byte)'\n') + 1);
            log.Append(Some.Step(2));
            log.Append(Some.Step(3));
        }

        Assert.Equal(uninterrupted, File.ReadAllBytes(LogPath));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(1_000_000)]
    public void TruncateTo_NotTheEndOfALine_IsAUserErrorAndKeepsTheLog(long length)
    {
        using var log = EventLog.Open(LogPath);
        log.Append(Some.Step(1));
        var before = log.Length;

        Assert.Contains("changed since", Assert.Throws<UserException>(() => log.TruncateTo(length)).What);

        Assert.Equal(before, log.Length);
    }

    [Fact]
    public void Append_DiskFull_EndsTheRunAndKeepsEarlierEvents()
    {
        using (var log = EventLog.Open(LogPath, Faults.FullAt(2)))
        {
            log.Append(Some.Step(1));

            Assert.Contains(LogPath, Assert.Throws<RunFailedException>(() => log.Append(Some.Step(2))).What);
        }

        Assert.Equal([1L], Steps(EventLogReader.ReadAll(LogPath)));
    }

    [Fact]
    public void Open_FolderMissing_IsAUserError() => Assert.Throws<UserException>(() => EventLog.Open(temp["no/events.jsonl"]));

    private void Write(IEnumerable<RunEvent> events)
    {
        using var log = EventLog.Open(LogPath);
        foreach (var e in events)
        {
            log.Append(e);
        }
    }

    private static IEnumerable<long> Steps(EventBatch batch) => batch.Events.Cast<StepLogged>().Select(e => e.Step);
}
