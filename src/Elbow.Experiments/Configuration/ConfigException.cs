namespace Elbow.Experiments.Configuration;

/// <summary>A config that cannot be used, with every mistake in it. Its message has one line per mistake.</summary>
public sealed class ConfigException : Exception, IUserError
{
    /// <summary>Collects the mistakes of one source.</summary>
    /// <param name="sourceName">What was read, for example a file name.</param>
    /// <param name="errors">All mistakes, at least one.</param>
    public ConfigException(string sourceName, IReadOnlyList<ConfigError> errors)
        : base(string.Join(Environment.NewLine, errors.Select(error => $"{sourceName}: {error}")))
    {
        ArgumentOutOfRangeException.ThrowIfZero(errors.Count);
        Errors = errors;
        (What, Mend) = errors is [var only]
            ? ($"{sourceName}: {only.Where}{only.What}", only.Mend)
            : (Message, "correct each of these lines; `elbow config template` shows every key with its default and its range");
    }

    /// <summary>Every mistake: first those of the text and the overrides, then those of the values from the top of the config down.</summary>
    public IReadOnlyList<ConfigError> Errors { get; }

    /// <inheritdoc/>
    public string What { get; }

    /// <inheritdoc/>
    public string Mend { get; }
}
