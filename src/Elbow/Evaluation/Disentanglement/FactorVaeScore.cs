using System.Globalization;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>The FactorVAE score: whether the latent that varies least while a factor is fixed tells which factor it was.</summary>
/// <remarks>
/// <para><b>Equation:</b> a vote: draw factor k, draw B rows (all, where there are fewer) with one of its levels, a bin if it is continuous, d = argmin_j Var(z_j over the rows)/Var(z_j over all). A majority vote names the k of each d; the score is its accuracy on other votes.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> slightly low, for the majority is found from few votes; chance is 1/M. With rows that are no full grid, the others vary as they do in the data.</para>
/// <para><b>Source:</b> Kim, Mnih 2018, arXiv 1802.05983, section 4 (the paper was not at hand: numbers not checked). <b>Departs from the source:</b> votes to test are not those that elect (the source's score is high by that); collapsed latents
/// are those below 0.05 of the greatest standard deviation, at any scale of the codes.</para>
/// </remarks>
public sealed class FactorVaeScore : IDisentanglementMetric
{
    private const int Votes = 800, RowsPerVote = 64;

    /// <inheritdoc/>
    public string Name => "factor-vae";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Draws;

    /// <inheritdoc/>
    public string Bias => $"slightly low: the majority is found from few votes; {FactoredCodes.CollapseRule}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["votes"] = $"{Votes} to elect, {Votes} to test", ["rowsPerVote"] = $"{RowsPerVote}", ["leastSpread"] = string.Create(CultureInfo.InvariantCulture, $"{FactoredCodes.LeastSpread}") };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var active = data.Active();
        if (active.Length == 0) return [new Reading(Name, 0)];
        var (random, groups) = (new Random(seed), new FixedFactor(data, least: 2));
        double[] scale = [.. data.Spread().Select(spread => spread * spread)];
        var table = new int[data.LatentDim, data.Factors.Count];
        for (var vote = 0; vote < Votes; vote++)
        {
            var (d, k) = Vote();
            table[d, k]++;
        }
        int[] elected = [.. Enumerable.Range(0, data.LatentDim).Select(d => Enumerable.Range(0, data.Factors.Count).MaxBy(k => table[d, k]))];
        var right = 0;
        for (var vote = 0; vote < Votes; vote++)
        {
            var (d, k) = Vote();
            if (elected[d] == k) right++;
        }
        return [new Reading(Name, (double)right / Votes)];

        (int Latent, int Factor) Vote()
        {
            var k = random.Next(data.Factors.Count);
            var rows = groups.Draw(random, k, RowsPerVote).ToArray();
            return (active.MinBy(j => Variance(data, rows, j) / scale[j]), k);
        }
    }

    private static double Variance(FactoredCodes data, int[] rows, int j)
    {
        Span<double> values = stackalloc double[RowsPerVote];
        for (var n = 0; n < rows.Length; n++) values[n] = data.Codes[rows[n] * data.LatentDim + j];
        // The sample variance: levels with few rows must not look less variable.
        return Moments.Of(values[..rows.Length]).Variance * rows.Length / (rows.Length - 1);
    }
}
