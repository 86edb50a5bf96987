namespace Elbow.Evaluation.Disentanglement;

/// <summary>Disentanglement, completeness and informativeness from how much each latent matters when factors are predicted.</summary>
/// <remarks>
/// <para><b>Equation:</b> R (L, M) importance of latent j for factor k. D = Σ_j ρ_j (1 − H_M(R_jk/Σ_k R_jk)), ρ_j = Σ_k R_jk/ΣR; C = Σ_k ρ'_k (1 − H_L(R_jk/Σ_j R_jk)),
/// ρ'_k = Σ_j R_jk/ΣR; H_b the entropy to base b. I = mean over factors of the score on rows not fitted: accuracy of classes, R² of numbers, at least 0.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → three numbers in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> D and C are low with trees, which spread a little importance over noise, and high with few rows, where unrelated codes get uneven
/// importance by chance; I is low, for predictors are fitted to half of the rows, and its level of chance for classes is that of the commonest.</para>
/// <para><b>Source:</b> Eastwood, Williams 2018, A framework for the quantitative evaluation of disentangled representations, ICLR, section 2 (the paper was not at hand: numbers not checked). <b>Departs from the source:</b>
/// before weighting, the importances of each factor are scaled to sum to 1, so that no factor counts more for its units (lasso weights and split gains both have them), and those of a factor that is
/// predicted no better than by chance (by 2/√n of the n rows tested) are 0, where usual code keeps what noise gives; C is weighted
/// like D, which after that is the plain mean over factors that are predicted at all; informativeness is a score that rises, the source gives the error. One latent, one factor: base 1 has no entropy, the part is 1.</para>
/// </remarks>
public sealed class Dci : IDisentanglementMetric
{
    /// <summary>Rows used at most: more change the third decimal and cost hours.</summary>
    public const int MostRows = 10_000;

    private readonly IPredictor predictor;

    private Dci(string name, IPredictor predictor)
    {
        (Name, this.predictor) = (name, predictor);
        Settings = new Dictionary<string, string> { ["importance"] = predictor.Name, ["rows"] = $"at most {MostRows}, half to fit, half to test" };
    }

    /// <summary>Importance from boosted trees.</summary>
    public static Dci Boosted() => new("dci", new TreePredictor(boosted: true));

    /// <summary>Importance from a forest.</summary>
    public static Dci Forest() => new("dci-forest", new TreePredictor(boosted: false));

    /// <summary>Importance from lasso and penalised softmax regression.</summary>
    public static Dci Linear() => new("dci-linear", new LinearPredictor());

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Splits;

    /// <inheritdoc/>
    public string Bias => "disentanglement and completeness: low by importance spread over noise, high by chance with few rows; informativeness: low";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (fit, test) = Halves.Of(data, MostRows, seed);
        var (L, M) = (data.LatentDim, data.Factors.Count);
        var (importance, scores) = (new double[L, M], new double[M]);
        for (var k = 0; k < M; k++)
        {
            (var column, scores[k]) = predictor.Run(fit, test, k, seed);
            var sum = IsPredicted(scores[k], test.Factors[k]) ? column.Sum() : 0;
            for (var j = 0; j < L; j++) importance[j, k] = sum > 0 ? column[j] / sum : 0;
        }
        return Of(importance, scores, Name);
    }

    // By two standard deviations or more of an accuracy or of the R² of noise on so many rows.
    private static bool IsPredicted(double score, Factor test)
    {
        var chance = test.Kind == FactorKind.Nominal ? test.Levels.CountBy(level => level).Max(level => level.Value) / (double)test.Levels.Length : 0;
        return score > chance + 2 / Math.Sqrt(test.Levels.Length);
    }

    /// <summary>The three numbers of a table of importances <c>(L, M)</c>.</summary>
    internal static IReadOnlyList<Reading> Of(double[,] importance, double[] scores, string name)
    {
        var (L, M) = (importance.GetLength(0), importance.GetLength(1));
        var latents = Concentration([.. Enumerable.Range(0, L).Select(j => Enumerable.Range(0, M).Select(k => importance[j, k]).ToArray())]);
        var factors = Concentration([.. Enumerable.Range(0, M).Select(k => Enumerable.Range(0, L).Select(j => importance[j, k]).ToArray())]);
        return
        [
            new Reading($"{name}.disentanglement", latents.Mean) { PerLatent = latents.Each },
            new Reading($"{name}.completeness", factors.Mean) { PerFactor = factors.Each },
            new Reading($"{name}.informativeness", scores.Average()) { PerFactor = scores },
        ];
    }

    // 1 − entropy of each row's shares, and their mean weighted by the rows' sums; rows of zeros count nothing.
    private static (double Mean, double[] Each) Concentration(double[][] rows)
    {
        var total = rows.Sum(row => row.Sum());
        double[] each = [.. rows.Select(row => row.Sum() is var sum && sum > 0 ? 1 - EntropyShare(row, sum) : double.NaN)];
        return (total > 0 ? rows.Zip(each).Where(pair => !double.IsNaN(pair.Second)).Sum(pair => pair.First.Sum() / total * pair.Second) : 0, each);
    }

    private static double EntropyShare(double[] row, double sum) =>
        row.Length == 1 ? 0 : Math.Min(1, -row.Where(value => value > 0).Sum(value => value / sum * Math.Log(value / sum)) / Math.Log(row.Length));
}
