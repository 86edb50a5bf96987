namespace Elbow.Diagnostics;

/// <summary>The same ELBO written six ways, from the same points.</summary>
/// <remarks>
/// <para><b>Equation:</b> with R = E log p(x|z): (1) R − KL(q(z|x) ‖ p); (2) R − H[q(z),p] + H[q(z|x)]; (3) R − I + H[q(z)] − H[q(z),p]; (4) R − I − TC −
/// Σ_j KL(q(z_j) ‖ p(z_j)); (5) Σ_i I(x_i:z) − Σ_i H(x_i) − Σ_j I(z_j:x) − Σ_j KL(q(z_j) ‖ p(z_j)), with I(x_i:z) replaced by its bound H(x_i) +
/// E log p(x_i|z), and less TC(z|x) where posteriors have full covariances; (6) H[q(z|x)] − H[p(z)] − E H[p(x|z)] plus the gap that σ² and the gap that the second moments leave.</para>
/// <para><b>Units:</b> nats. Rows 1, 2, 3 and 6 have the divergence in closed form where there is one, rows 4 and 5 at the samples: they differ by the noise of
/// that one estimate, which is small against the standard error of the sum, and agree in expectation. Without a decoder R is left out of every row.</para>
/// <para><b>Source:</b> Tomczak, Deep Generative Modeling, equation 4.43 (2); Lygerakis and Rueckert 2024 (3); Chen et al. 2018, equation 2 (4);
/// Gao et al. 2019 (5, methods/corex-anchorvae.md 2.2 and 2.3); Damm et al. 2023 (6, methods/three-entropies.md 2.5).</para>
/// </remarks>
internal static class Decompositions
{
    internal const string Classic = "reconstruction - KL", CrossEntropy = "cross-entropy + entropy", EdVae = "ED-VAE", TotalCorrelation = "total correlation", Corex = "CorEx", Entropies = "three entropies";

    /// <summary>The six rows.</summary>
    internal static IReadOnlyList<Decomposition> Of(AnatomyPoints p, LatentPrior prior, AnatomyOptions options)
    {
        (string, Func<int, double>)[] reconstruction = p.Reconstruction is { } r ? [("reconstruction", i => r[i])] : [];
        (string, Func<int, double>) information = ("-I(x;z)", i => -p.Information(i)), crossEntropy = ("-H[q(z),p]", i => -p.CrossEntropy(i));
        (string, Func<int, double>)[] dependence = p.Diagonal ? [] : [("-TC(z|x)", i => -p.SampledDependence(i))];
        return
        [
            Row(p, Classic, [.. reconstruction, ("-KL(q(z|x)||p)", i => -p.Kl[i])]),
            Row(p, CrossEntropy, [.. reconstruction, crossEntropy, ("H[q(z|x)]", i => p.Entropy[i])]),
            Row(p, EdVae, [.. reconstruction, information, ("H[q(z)]", p.AggregateEntropy), crossEntropy]),
            Row(p, TotalCorrelation, prior.Factorises ? [.. reconstruction, information, ("-TC(z)", i => -p.TotalCorrelation(i)), ("-sum KL(q(z_j)||p)", i => -p.DimensionwiseKl(i))] : []),
            Row(p, Corex, prior.Factorises && options.LikelihoodFactorises ? [.. OfData(p, options), ("-sum I(z_j;x)", i => -p.InformationOfLatents(i)), .. dependence, ("-sum KL(q(z_j)||p)", i => -p.DimensionwiseKl(i))] : []),
            Row(p, Entropies, p.DecoderEntropy is { } h && prior.Gaussian is { } gaussian ? ThreeEntropiesOf(p, h, gaussian.LogVar) : []),
        ];
    }

    private static (string, Func<int, double>)[] OfData(AnatomyPoints p, AnatomyOptions options) => (p.Reconstruction, options.DataEntropy) switch
    {
        (null, _) => [],
        ({ } r, null) => [("sum I(x_i;z) - sum H(x_i)", i => r[i])],
        ({ } r, { } entropy) => [("sum I(x_i;z)", i => r[i] + entropy), ("-sum H(x_i)", _ => -entropy)],
    };

    private static (string, Func<int, double>)[] ThreeEntropiesOf(AnatomyPoints p, double[] decoder, double[] priorLogVar)
    {
        var ofPrior = PriorEntropy(priorLogVar);
        return
        [
            ("H[q(z|x)]", i => p.Entropy[i]), ("-H[p(z)]", _ => -ofPrior), ("-H[p(x|z)]", i => -decoder[i]),
            ("gap of sigma^2", i => p.Reconstruction![i] + decoder[i]), ("gap of second moments", i => ofPrior - p.Entropy[i] - p.Kl[i]),
        ];
    }

    internal static double PriorEntropy(double[] logVar) => logVar.Sum(value => ThreeEntropies.Unit + 0.5 * value);

    private static Decomposition Row(AnatomyPoints p, string name, (string Name, Func<int, double> Value)[] terms) => new(
        name,
        [.. terms.Select(term => new DecompositionTerm(term.Name, p.Mean(term.Value)))],
        terms.Length == 0 ? null : p.Mean(i => terms.Sum(term => term.Value(i))));
}
