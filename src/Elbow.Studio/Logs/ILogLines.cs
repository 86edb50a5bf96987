namespace Elbow.Studio.Logs;

/// <summary>Takes what a <see cref="LogCursor"/> reads.</summary>
internal interface ILogLines
{
    /// <summary>The log begins anew: everything taken so far is void.</summary>
    void Reset();

    /// <summary>Whole lines, each with its end.</summary>
    /// <param name="lines">One line or more.</param>
    /// <param name="offset">Byte of the log at which they begin.</param>
    void Take(ReadOnlySpan<byte> lines, long offset);

    /// <summary>A line that is too long to be an event was passed over.</summary>
    void TookTooLong();
}
