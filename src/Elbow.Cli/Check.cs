namespace Elbow.Cli;

/// <summary>What <c>doctor</c> thinks of something.</summary>
internal enum CheckState
{
    Ok,
    Slow,
    Missing,
}

/// <summary>One finding of <c>doctor</c>.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="State">Whether it is as it should be.</param>
/// <param name="Found">What is there, in words.</param>
/// <param name="Mend">The command or setting that mends it; null when nothing is to be mended.</param>
/// <param name="Value">The number behind it, for programs.</param>
internal sealed record Check(string Name, CheckState State, string Found, string? Mend = null, double? Value = null)
{
    /// <summary>Whether nothing works without it.</summary>
    internal bool Vital { get; init; }
}
