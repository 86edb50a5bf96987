using System.Text;
using Elbow.Experiments;

namespace Elbow.Cli;

/// <summary>Standard error that may be closed or full: what is said there is for people, and no reason to stop.</summary>
internal sealed class StandardError(TextWriter inner) : GuardedWriter(inner)
{
    protected override void Failed(Exception error)
    {
    }
}

/// <summary>Standard output: a result that cannot be written there is a failure, and not of a file.</summary>
internal sealed class StandardOutput(TextWriter inner) : GuardedWriter(inner)
{
    protected override void Failed(Exception error) => throw new UserException(
        $"standard output cannot be written: {error.Message}", "leave it open, or send it to a file on a disk with room; what was saved in files is saved", error);
}

/// <summary>A writer whose failures its heir decides about.</summary>
internal abstract class GuardedWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    protected abstract void Failed(Exception error);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failed(error);
        }
    }
}
