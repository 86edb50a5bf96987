namespace Elbow.Data.Formats;

/// <summary>Text that was read ahead, followed by the rest of it.</summary>
/// <param name="start">Read first.</param>
/// <param name="rest">Read after that; not disposed.</param>
internal sealed class ConcatenatedReader(string start, TextReader rest) : TextReader
{
    private int at;

    /// <inheritdoc/>
    public override int Peek() => at < start.Length ? start[at] : rest.Peek();

    /// <inheritdoc/>
    public override int Read() => at < start.Length ? start[at++] : rest.Read();

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        if (at >= start.Length)
        {
            return rest.Read(buffer);
        }

        var count = Math.Min(buffer.Length, start.Length - at);
        start.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }
}
