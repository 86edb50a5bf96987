namespace Elbow.Evaluation.Disentanglement;

/// <summary>The mutual information gap: how much more the best latent of each factor knows about it than the second best.</summary>
/// <remarks>
/// <para><b>Equation:</b> (1/M) Σ_k (I(z_j₁; v_k) − I(z_j₂; v_k))/H(v_k), j₁ and j₂ the latents with the most information about v_k. One latent: the second is 0.</para>
/// <para><b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → one number in [0, 1]. <b>Units:</b> none.</para>
/// <para><b>Biased when:</b> the plug-in information is high for both latents, so that most of its bias cancels; what is left is high for unrelated codes
/// (best and second best of noise) and low where a code needs more bins. <c>Corrected</c> takes the first order out.</para>
/// <para><b>Source:</b> Chen, Li, Grosse, Duvenaud 2018, arXiv 1802.04942, equation 6 (the paper was not at hand: numbers not checked). <b>Departs from the source:</b> it takes samples of q(z|x) and densities
/// of z; here each row has one code (a posterior mean, usually) and information is between levels, as in most published tables. Levels of a code are its values when
/// there are few, so that discrete codes lose nothing to bins. Where codes are neither discrete nor factors continuous the value is that of usual code at the same number of bins.</para>
/// </remarks>
/// <param name="bins">Bins for each latent: of equal width, beside continuous factors of equal counts.</param>
public sealed class Mig(int bins = Discretisation.UsualBins) : IDisentanglementMetric
{
    /// <inheritdoc/>
    public string Name => "mig";

    /// <inheritdoc/>
    public ErrorSource Error => ErrorSource.Bootstrap;

    /// <inheritdoc/>
    public string Bias => "slightly high for unrelated codes, low where bins hide structure; corrected: first order taken out";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["bins"] = $"{bins}", ["binning"] = "equal width, beside continuous factors equal counts" };

    /// <inheritdoc/>
    public IReadOnlyList<Reading> Read(FactoredCodes data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var information = InformationMatrix.Of(data, bins);
        double[] gaps = [.. Enumerable.Range(0, data.Factors.Count).Select(k => Gap(information.PlugIn, k) / information.Entropy[k])];
        var corrected = Enumerable.Range(0, data.Factors.Count).Average(k => Gap(information.Corrected, k) / information.CorrectedEntropy[k]);
        return [new Reading("mig", gaps.Average()) { Corrected = Math.Min(1, corrected), PerFactor = gaps }];
    }

    private static double Gap(double[,] information, int k)
    {
        var (best, second) = (0.0, 0.0);
        for (var j = 0; j < information.GetLength(0); j++)
        {
            var value = information[j, k];
            if (value > best) (best, second) = (value, best);
            else if (value > second) second = value;
        }
        return best - second;
    }
}
