namespace Elbow.Evaluation.Disentanglement;

/// <summary>The β-VAE score: whether a linear classifier tells which factor was the same in pairs of rows from how far apart their codes are.</summary>
/// <remarks>
/// <para><b>Equation:</b> draw factor k; x = mean over B pairs of |z − z'|, the rows of a pair with the same level of factor k; the score is the accuracy of a linear classifier x → k on other draws.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> slightly low, for the classifier is fitted to few draws; chance is 1/M, and codes that never vary score 0. A linear classifier forgives rotations: high scores are no proof of aligned latents.</para>
/// <para><b>Source:</b> Higgins et al. 2017, beta-VAE, ICLR, section 3 and appendix (the paper was not at hand: numbers not checked). <b>Departs from the source:</b> no; the classifier is softmax regression
/// without a penalty, 300 steps on standardised x. "The same level" of a continuous factor is the same bin.</para>
/// </remarks>
public sealed class BetaVaeScore : IDisentanglementMetric
{
    private const int FitDraws = 1000, TestDraws = 1000, Pairs = 64;

    /// <inheritdoc/>
    public string Name => "beta-vae";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Draws;

    /// <inheritdoc/>
    public string Bias => "slightly low: the classifier is fitted to few draws";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["draws"] = $"{FitDraws} to fit, {TestDraws} to test", ["pairsPerDraw"] = $"{Pairs}" };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Active().Length == 0) return [new Reading(Name, 0)];
        var (random, groups, L) = (new Random(seed), new FixedFactor(data, least: 2), data.LatentDim);
        var (x, k) = Draw(FitDraws);
        var (xTest, kTest) = Draw(TestDraws);
        var units = new Standardised(x, L);
        return [new Reading(Name, SoftmaxRegression.Fit(units.Of(x), L, k, data.Factors.Count, penalty: 0, iterations: 300).Accuracy(units.Of(xTest), kTest))];

        (double[] X, int[] K) Draw(int count)
        {
            var (distances, factors) = (new double[count * L], new int[count]);
            for (var n = 0; n < count; n++)
            {
                factors[n] = random.Next(data.Factors.Count);
                for (var pair = 0; pair < Pairs; pair++)
                {
                    var rows = groups.Draw(random, factors[n], 2);
                    for (var j = 0; j < L; j++) distances[n * L + j] += Math.Abs(data.Codes[rows[0] * L + j] - data.Codes[rows[1] * L + j]) / Pairs;
                }
            }
            return (distances, factors);
        }
    }
}
