namespace Elbow.Experiments;

/// <summary>An exception that tells a person what is wrong and how to mend it. The command line turns it into exit code 2.</summary>
public interface IUserError
{
    /// <summary>What is wrong. One line, or one line per mistake when several are reported together.</summary>
    string What { get; }

    /// <summary>One line: how to mend it.</summary>
    string Mend { get; }
}
