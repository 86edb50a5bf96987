namespace Elbow.Evaluation.Disentanglement;

/// <summary>Modularity: whether each latent knows about one factor only.</summary>
/// <remarks>
/// <para><b>Equation:</b> mean over informative latents of 1 − Σ_k≠k* I(z_j; v_k)²/(I(z_j; v_k*)² (M − 1)), k* the factor that the latent knows most about.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> plug-in information about unrelated factors is above 0, which lowers the score; <c>Corrected</c> uses corrected information, negative ones as 0.</para>
/// <para><b>Source:</b> Ridgeway, Mozer 2018, arXiv 1802.05312, section 3 (the paper was not at hand: numbers not checked). <b>Departs from the source:</b> in the mean over latents those whose information is
/// within reach of chance are left out, for the ratio of two biases means nothing: pure noise would score up to 0.7 when factors have different numbers of values. Usual code counts every latent, a constant one as 0. Without an
/// informative latent the score is 0.</para>
/// </remarks>
/// <param name="bins">Bins for each latent: of equal width, beside continuous factors of equal counts.</param>
public sealed class Modularity(int bins = Discretisation.UsualBins) : IDisentanglementMetric
{
    /// <inheritdoc/>
    public string Name => "modularity";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Bootstrap;

    /// <inheritdoc/>
    public string Bias => "low: plug-in information about other factors is above 0; corrected: first order taken out";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["bins"] = $"{bins}", ["binning"] = "equal width, beside continuous factors equal counts", ["latents"] = "those related to a factor beyond chance" };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var information = InformationMatrix.Of(data, bins);
        double[] scores = [.. Enumerable.Range(0, data.LatentDim).Select(j => information.Informative[j] ? Score(information.PlugIn, j) : double.NaN)];
        double[] corrected = [.. Enumerable.Range(0, data.LatentDim).Where(j => information.Informative[j]).Select(j => Score(information.Corrected, j))];
        double[] counted = [.. scores.Where(score => !double.IsNaN(score))];
        return [new Reading("modularity", counted.Length == 0 ? 0 : counted.Average()) { Corrected = counted.Length == 0 ? 0 : corrected.Average(), PerLatent = scores }];
    }

    private static double Score(double[,] information, int j)
    {
        double[] squares = [.. Enumerable.Range(0, information.GetLength(1)).Select(k => Math.Pow(Math.Max(0, information[j, k]), 2))];
        var most = squares.Max();
        return 1 - (squares.Sum() - most) / (most * (squares.Length - 1));
    }
}
