namespace Elbow.Experiments;

<<<<<<< HEAD
/// <summary>A mistake the user can mend: usage, configuration, data, a folder in use. The command line turns it into exit code 2.</summary>
=======
/// <summary>A mistake the user can mend: usage, configuration, data, an occupied folder. The command line turns it into exit code 2.</summary>
>>>>>>> f328ffa697dc3fd26b4b9b81888bceb8fba52711
/// <param name="what">One line: what is wrong, naming the path or key.</param>
/// <param name="mend">One line: how to mend it.</param>
/// <param name="inner">The cause, shown only with <c>--debug</c>.</param>
public sealed class UserException(string what, string mend, Exception? inner = null)
<<<<<<< HEAD
    : Exception(what + Environment.NewLine + mend, inner), IUserError
=======
    : Exception(what + Environment.NewLine + mend, inner)
>>>>>>> f328ffa697dc3fd26b4b9b81888bceb8fba52711
{
    /// <summary>One line: what is wrong.</summary>
    public string What { get; } = what;

    /// <summary>One line: how to mend it.</summary>
    public string Mend { get; } = mend;
}
