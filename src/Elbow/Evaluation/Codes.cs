namespace Elbow.Evaluation;

/// <summary>Where an encoder puts examples.</summary>
/// <param name="LatentDim">L.</param>
/// <param name="Mean">Posterior means, <c>(N, L)</c> row by row.</param>
/// <param name="LogVar">Logarithms of the marginal posterior variances, <c>(N, L)</c>; null for a deterministic encoder.</param>
public sealed record Codes(int LatentDim, float[] Mean, float[]? LogVar)
{
    /// <summary>N.</summary>
    public int Count => Mean.Length / LatentDim;

    /// <summary>The mean of one example, L numbers.</summary>
    public ReadOnlySpan<float> this[int row] => Mean.AsSpan(row * LatentDim, LatentDim);

    /// <summary>Parts one after the other.</summary>
    /// <param name="parts">At least one, all of one model.</param>
    public static Codes Join(IReadOnlyList<Codes> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new Codes(
            parts[0].LatentDim,
            [.. parts.SelectMany(part => part.Mean)],
            parts[0].LogVar is null ? null : [.. parts.SelectMany(part => part.LogVar!)]);
    }
}
