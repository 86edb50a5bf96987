namespace Elbow.Evaluation.Disentanglement;

/// <summary>Another measure, taken along the directions that the factors have in the code: disentangled up to a linear map.</summary>
/// <remarks>
/// <para><b>Equation:</b> the measure of Uᵀz, U the directions of <see cref="FactorDirections"/>, one for each factor.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> as the measure within, and high because directions are chosen on the rows that are scored: see the level of chance.</para>
/// <para><b>Source:</b> Saha, Joshi, Whitaker, arXiv 2311.07693, algorithm 2 and table VII. <b>Departs from the source:</b> see <see cref="FactorDirections"/>.</para>
/// </remarks>
/// <param name="inner">The measure.</param>
public sealed class InFactorBasis(IDisentanglementMetric inner) : IDisentanglementMetric
{
    /// <inheritdoc/>
    public string Name => $"pca-{inner.Name}";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Draws;

    /// <inheritdoc/>
    public string Bias => $"high: directions are chosen on these rows; else as {inner.Name}: {inner.Bias}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(inner.Settings)
    {
        ["directions"] = $"{FactorDirections.Fixings} times {FactorDirections.LeastRows} rows (four for each latent where that is more) with one level of a factor",
    };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        return [.. inner.Read(FactorDirections.Project(data, seed), seed).Select(reading => reading with { Name = $"pca-{reading.Name}" })];
    }
}
