namespace Elbow.Tests.Support;

/// <summary>Tests that look at the whole process (live tensors, threads of the engine) run by themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>Of the collection.</summary>
    public const string Name = "alone";
}
