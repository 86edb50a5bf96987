using Elbow.Evaluation.Metrics;
using Elbow.Experiments;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>The unsupervised disentanglement ranking: whether models that differ in their seed alone found the same latents, up to order and sign. It needs no factors.</summary>
/// <remarks>
/// <para><b>Equation:</b> for models i and j with R (L_i, L_j) the similarity of their latents, UDR_ij = (Σ_b r_b²/Σ_a R_ab + Σ_a r_a²/Σ_b R_ab)/(d_i + d_j), r_b = max_a R_ab, r_a = max_b R_ab, sums and
/// maxima over informative latents, of which there are d_i and d_j; UDR_i = median over j of UDR_ij. R is the absolute rank correlation, or the absolute weight of a lasso of each
/// latent of one on all of the other (mean of both directions), everything standardised, penalty 0.1.</para>
/// <para><b>Shapes:</b> S codes <c>(N, L)</c> of the same rows → one number in [0, 1] for each model. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> high for a single informative latent, which has nothing to be confused with; models without informative latents score 0. Rank correlations of unrelated latents are of order 1/√N.</para>
/// <para><b>Source:</b> Duan, Matthey, Saraiva, Watters, Burgess, Lerchner, Higgins 2020, arXiv 1905.12614, equations 2 and 3 (the paper was not at hand: numbers not checked). <b>Departs from the source:</b> the lasso is fitted in both directions so that UDR_ij =
/// UDR_ji, and weights above 1 count as 1. Usual code takes the mean of the two sides' means in place of the sum over d_i + d_j, which is the same for d_i = d_j; a latent is informative when its divergence from its own Gaussian aggregate exceeds 0.01 nats, which is the source's rule for N(0, I) and holds for any prior.</para>
/// </remarks>
/// <param name="PerModel">UDR_i of each model.</param>
/// <param name="Pairs">UDR_ij <c>(S, S)</c>; the diagonal is NaN.</param>
/// <param name="Informative">Informative latents of each model.</param>
public sealed record Udr(double[] PerModel, double[,] Pairs, int[] Informative)
{
    /// <summary>Divergence, in nats, above which a latent is informative.</summary>
    public const double LeastInformation = 0.01;

    private const double Penalty = 0.1;

    /// <summary>The mean over models. Models share their pairs, so that their scores scatter less than they are known: the error is that of leaving out one model after the other, and NaN for two models, which are one pair.</summary>
    public Estimate Mean => new(PerModel.Average(), PerModel.Length < 3 ? double.NaN : Jackknife.Of(PerModel.Average(), [.. Enumerable.Range(0, PerModel.Length).Select(Without)]).StandardError);

    /// <summary>Compares models.</summary>
    /// <param name="models">For each the codes <c>(N, L)</c> of the same rows, and which latents are informative.</param>
    /// <param name="lasso">Weights of a lasso in place of rank correlations.</param>
    /// <exception cref="UserException">Fewer than two models.</exception>
    /// <exception cref="ArgumentException">Other numbers of rows.</exception>
    public static Udr Of(IReadOnlyList<(double[] Codes, int LatentDim, bool[] Informative)> models, bool lasso)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count < 2) throw new UserException("one run has nothing to be compared with", "name two runs or more that differ in training.seed, better five");
        var N = models[0].Codes.Length / models[0].LatentDim;
        if (models.Any(model => model.Codes.Length != N * model.LatentDim)) throw new ArgumentException("models: expected codes of the same rows");
        // Ranks for the correlation, values for the lasso; only informative latents.
        (double[] X, int L)[] latents = [.. models.Select(model => Units(model.Codes, model.LatentDim, [.. Enumerable.Range(0, model.LatentDim).Where(j => model.Informative[j])], ranks: !lasso))];
        var pairs = new double[models.Count, models.Count];
        for (var i = 0; i < models.Count; i++)
        {
            pairs[i, i] = double.NaN;
            for (var j = 0; j < i; j++) pairs[i, j] = pairs[j, i] = Score(Similarity(latents[i], latents[j], lasso));
        }
        return new Udr(Scores(pairs, [.. Enumerable.Range(0, models.Count)]), pairs, [.. latents.Select(latent => latent.L)]);
    }

    /// <summary>Which latents know something about x: mean over x of KL(q(z_j|x) ‖ N(m_j, s_j²)) above 0.01 nats, with the moments of the aggregate.</summary>
    /// <param name="mean">Posterior means <c>(N, L)</c>.</param>
    /// <param name="logVar">Log-variances <c>(N, L)</c>; null for a deterministic encoder, whose latents are informative when they vary.</param>
    /// <param name="latentDim">L.</param>
    public static bool[] IsInformative(double[] mean, double[]? logVar, int latentDim)
    {
        ArgumentNullException.ThrowIfNull(mean);
        var N = mean.Length / latentDim;
        return [.. Enumerable.Range(0, latentDim).Select(j =>
        {
            double[] column = [.. Enumerable.Range(0, N).Select(n => mean[n * latentDim + j])];
            var spread = Moments.Of(column).Variance;
            if (logVar is null) return spread > 0;
            var (variance, entropy) = (Enumerable.Range(0, N).Average(n => Math.Exp(logVar[n * latentDim + j])), Enumerable.Range(0, N).Average(n => logVar[n * latentDim + j]));
            return 0.5 * (Math.Log(spread + variance) - entropy) > LeastInformation;
        })];
    }

    /// <summary>UDR_ij of a table of similarities.</summary>
    internal static double Score(double[,] similarity)
    {
        var (rows, columns) = (similarity.GetLength(0), similarity.GetLength(1));
        if (rows == 0 || columns == 0) return 0;
        var sum = Enumerable.Range(0, columns).Sum(b => Strength(Enumerable.Range(0, rows).Select(a => similarity[a, b])))
            + Enumerable.Range(0, rows).Sum(a => Strength(Enumerable.Range(0, columns).Select(b => similarity[a, b])));
        return sum / (rows + columns);
    }

    // The mean over the models that are left when one is not there.
    private double Without(int model) => Scores(Pairs, [.. Enumerable.Range(0, PerModel.Length).Where(i => i != model)]).Average();

    private static double[] Scores(double[,] pairs, int[] models) => [.. models.Select(i => Median([.. models.Where(j => j != i).Select(j => pairs[i, j])]))];

    private static double Strength(IEnumerable<double> similarities)
    {
        double[] values = [.. similarities];
        var (most, total) = (values.Max(), values.Sum());
        return total > 0 ? most * most / total : 0;
    }

    private static double[,] Similarity((double[] X, int L) a, (double[] X, int L) b, bool lasso)
    {
        var similarity = new double[a.L, b.L];
        if (a.L == 0 || b.L == 0) return similarity;
        if (lasso)
        {
            for (var k = 0; k < b.L; k++)
            {
                var w = Lasso.Fit(a.X, a.L, Column(b, k), Penalty);
                for (var j = 0; j < a.L; j++) similarity[j, k] += Math.Abs(w[j]) / 2;
            }
            for (var j = 0; j < a.L; j++)
            {
                var w = Lasso.Fit(b.X, b.L, Column(a, j), Penalty);
                for (var k = 0; k < b.L; k++) similarity[j, k] += Math.Abs(w[k]) / 2;
            }
            // Correlated latents may take weights above 1, which say no more than 1.
            for (var j = 0; j < a.L; j++)
            {
                for (var k = 0; k < b.L; k++) similarity[j, k] = Math.Min(1, similarity[j, k]);
            }
            return similarity;
        }
        var N = a.X.Length / a.L;
        for (var j = 0; j < a.L; j++)
        {
            for (var k = 0; k < b.L; k++)
            {
                var sum = 0.0;
                for (var n = 0; n < N; n++) sum += a.X[n * a.L + j] * b.X[n * b.L + k];
                similarity[j, k] = Math.Min(1, Math.Abs(sum / N));
            }
        }
        return similarity;
    }

    private static (double[] X, int L) Units(double[] codes, int latentDim, int[] informative, bool ranks)
    {
        var (N, L) = (codes.Length / latentDim, informative.Length);
        if (L == 0) return ([], 0);
        var x = new double[N * L];
        for (var j = 0; j < L; j++)
        {
            double[] column = [.. Enumerable.Range(0, N).Select(n => codes[n * latentDim + informative[j]])];
            if (ranks) column = Ranks(column);
            for (var n = 0; n < N; n++) x[n * L + j] = column[n];
        }
        return (new Standardised(x, L).Of(x), L);
    }

    // Equal values share the mean of their ranks.
    private static double[] Ranks(double[] values)
    {
        var (order, ranks) = (Enumerable.Range(0, values.Length).OrderBy(n => values[n]).ToArray(), new double[values.Length]);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]]) end++;
            for (var n = start; n < end; n++) ranks[order[n]] = (start + end - 1) / 2.0;
            start = end;
        }
        return ranks;
    }

    private static double[] Column((double[] X, int L) latents, int j) => [.. Enumerable.Range(0, latents.X.Length / latents.L).Select(n => latents.X[n * latents.L + j])];

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
