namespace Elbow.Diagnostics;

/// <summary>How the null distribution of a test is had.</summary>
public sealed record TwoSampleOptions
{
    /// <summary>R: random exchanges of the two samples. The smallest p-value is 1/(R + 1).</summary>
    public int Permutations { get; init; } = 199;

    /// <summary>Of the exchanges, and of the directions where there are any.</summary>
    public long Seed { get; init; } = 1;
}
