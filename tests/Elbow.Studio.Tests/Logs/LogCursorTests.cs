using System.Text;
using Elbow.Studio.Logs;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Logs;

public sealed class LogCursorTests : IDisposable
{
    private const int Longest = 1 << 20;

    private readonly TempRuns files = new();
    private readonly Lines lines = new();

    private string Log => files["events.jsonl"];

    public void Dispose() => files.Dispose();

    [Fact]
    public void Read_OfAMissingFile_IsNothing()
    {
        Assert.False(new LogCursor(Log).Read(lines));
        Assert.Empty(lines.Taken);
    }

    [Fact]
    public void Read_AfterAnAppend_ReadsOnlyTheNewBytes()
    {
        var cursor = new LogCursor(Log);
        File.WriteAllText(Log, string.Concat(Enumerable.Range(0, 50_000).Select(i => $"line {i}\n")));
        cursor.Read(lines);
        var before = cursor.BytesRead;
        Assert.Equal(new FileInfo(Log).Length, before);
        File.AppendAllText(Log, "one more\n");
        Assert.True(cursor.Read(lines));
        Assert.Equal(9, cursor.BytesRead - before);
        Assert.Equal(50_001, lines.Taken.Count);
        Assert.False(cursor.Read(lines));
        Assert.Equal(9, cursor.BytesRead - before);
        Assert.Equal(0, lines.Resets);
    }

    [Fact]
    public void Read_OfAHalfLine_LeavesIt()
    {
        var cursor = new LogCursor(Log);
        File.WriteAllText(Log, "one\ntw");
        cursor.Read(lines);
        Assert.Equal(["one"], lines.Taken);
        File.AppendAllText(Log, "o\nthree");
        cursor.Read(lines);
        Assert.Equal(["one", "two"], lines.Taken);
    }

    [Fact]
    public void Read_OfAShorterFile_BeginsAnew()
    {
        var cursor = new LogCursor(Log);
        File.WriteAllText(Log, "one\ntwo\n");
        cursor.Read(lines);
        File.WriteAllText(Log, "three\n");
        Assert.True(cursor.Read(lines));
        Assert.Equal(["three"], lines.Taken);
        Assert.Equal(1, lines.Resets);
    }

    // A resumed run cuts its log and writes on: it may be longer than before when we look again.
    [Fact]
    public void Read_OfAnotherFileThatIsLonger_BeginsAnew()
    {
        var cursor = new LogCursor(Log);
        File.WriteAllText(Log, "one\ntwo\n");
        cursor.Read(lines);
        File.WriteAllText(Log, "one\n2\n3\n4\n5\n6\n");
        cursor.Read(lines);
        Assert.Equal(["one", "2", "3", "4", "5", "6"], lines.Taken);
    }

    [Fact]
    public void Read_OfAFileThatIsGone_BeginsAnew()
    {
        var cursor = new LogCursor(Log);
        File.WriteAllText(Log, "one\n");
        cursor.Read(lines);
        File.Delete(Log);
        Assert.True(cursor.Read(lines));
        Assert.Empty(lines.Taken);
        Assert.False(cursor.Read(lines));
    }

    [Fact]
    public void Read_OfAnEnormousLine_PassesOverItInBoundedMemory()
    {
        var cursor = new LogCursor(Log, Longest);
        File.WriteAllText(Log, "before\n" + new string('x', 5 * Longest));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        cursor.Read(lines);
        cursor.Read(lines);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 6L * Longest);
        Assert.InRange(cursor.BytesRead, 5 * Longest, 5 * Longest + 3 * Longest);
        File.AppendAllText(Log, "the end of it\nafter\n");
        cursor.Read(lines);
        Assert.Equal(["before", "after"], lines.Taken);
        Assert.Equal(1, lines.TooLong);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(900_000)]
    public void Read_OfLongLines_GivesThemWhole(int length)
    {
        var cursor = new LogCursor(Log, Longest);
        var text = new string('y', length);
        File.WriteAllText(Log, $"{text}\nshort\n{text}\n");
        cursor.Read(lines);
        Assert.Equal([text, "short", text], lines.Taken);
        Assert.Equal(0, lines.TooLong);
    }

    private sealed class Lines : ILogLines
    {
        public List<string> Taken { get; } = [];

        public int Resets { get; private set; }

        public int TooLong { get; private set; }

        public void Reset()
        {
            Resets++;
            Taken.Clear();
        }

        public void Take(ReadOnlySpan<byte> lines, long offset)
        {
            Assert.Equal((byte)'\n', lines[^1]);
            Taken.AddRange(Encoding.UTF8.GetString(lines[..^1]).Split('\n'));
        }

        public void TookTooLong() => TooLong++;
    }
}
