namespace Elbow.Experiments;

/// <summary>A run that could not go on: disk full, non-finite term, lost peer. The command line turns it into exit code 3.</summary>
/// <param name="what">One line: what happened, naming the path, term or step.</param>
/// <param name="mend">One line: what to do before resuming.</param>
/// <param name="inner">The cause, shown only with <c>--debug</c>.</param>
public sealed class RunFailedException(string what, string mend, Exception? inner = null)
    : Exception(what + Environment.NewLine + mend, inner)
{
    /// <summary>One line: what happened.</summary>
    public string What { get; } = what;

    /// <summary>One line: what to do before resuming.</summary>
    public string Mend { get; } = mend;
}
