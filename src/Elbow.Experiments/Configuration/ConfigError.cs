namespace Elbow.Experiments.Configuration;

/// <summary>One mistake in a config.</summary>
/// <param name="Path">Where, as in <c>model.encoder.hidden[0]</c>; empty for the config as a whole.</param>
/// <param name="What">What is wrong, in one line.</param>
/// <param name="Mend">How to mend it, with the allowed values, in one line.</param>
public sealed record ConfigError(string Path, string What, string Mend)
{
    /// <summary>The mistake in one line: path, what is wrong, how to mend it.</summary>
    public override string ToString() => $"{Where}{What}; {Mend}";

    internal string Where => Path.Length == 0 ? "" : Path + ": ";
}
