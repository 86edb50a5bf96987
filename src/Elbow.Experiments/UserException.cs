namespace Elbow.Experiments;

/// <summary>A mistake the user can mend: usage, configuration, data, an occupied folder. The command line turns it into exit code 2.</summary>
/// <param name="what">One line: what is wrong, naming the path or key.</param>
/// <param name="mend">One line: how to mend it.</param>
/// <param name="inner">The cause, shown only with <c>--debug</c>.</param>
public sealed class UserException(string what, string mend, Exception? inner = null)
    : Exception(what + Environment.NewLine + mend, inner), IUserError
{
    /// <summary>One line: what is wrong.</summary>
    public string What { get; } = what;

    /// <summary>One line: how to mend it.</summary>
    public string Mend { get; } = mend;
}
