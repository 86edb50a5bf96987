namespace Elbow.Models;

/// <summary>A setting that does not go with another one.</summary>
/// <param name="Key">Path in the configuration, from its root.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Mend">What to do.</param>
public readonly record struct Misfit(string Key, string What, string Mend);
