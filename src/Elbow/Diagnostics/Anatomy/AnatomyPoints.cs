namespace Elbow.Diagnostics;

/// <summary>All that is known of each evaluation point: every quantity of the anatomy is a mean over these, so that sums of quantities are means of sums.</summary>
/// <remarks>
/// With log-densities at one z ~ q(z|x) for all: information ℓ − log q(z), marginal KL log q(z) − log p(z), total correlation log q(z) − Σ_j log q(z_j),
/// and Σ_j log q(z_j) − log p(z). KL(q(z|x) ‖ p) and H[q(z|x)] are closed forms where there are such.
/// </remarks>
internal sealed class AnatomyPoints
{
    private readonly int rounds;

    internal AnatomyPoints(AggregatePosterior evaluated, LatentPrior prior, AnatomyOptions options)
    {
        (int[] codes, rounds) = options.Choose(evaluated.Count);
        L = evaluated.LatentDim;
        Held = options.Mixture is not null;
        Density = options.Mixture is { } mixture
            ? mixture.AtSamplesOf(evaluated, codes, options.Seed, options.Pairwise)
            : evaluated.AtOwnSamples(codes, options.Seed, options.Pairwise);
        LogPrior = prior.LogDensity(Density.Samples);
        LogPriorOfEach = prior.LogDensityOfEach(Density.Samples);
        Entropy = new double[codes.Length];
        EntropyOfEach = new double[codes.Length * L];
        KlOfEach = LogPriorOfEach is null ? null : new double[codes.Length * L];
        SecondMoment = prior.Gaussian is null ? null : new double[codes.Length * L];
        for (var k = 0; k < EntropyOfEach.Length; k++) Latent(evaluated, prior, codes, k);
        Diagonal = evaluated.IsDiagonal;
        Dependence = [.. codes.Select(evaluated.Dependence)];
        Kl = new double[codes.Length];
        for (var i = 0; i < Kl.Length; i++)
        {
            Entropy[i] -= Dependence[i];
            Kl[i] = prior.Gaussian is null ? Density.Own[i] - LogPrior[i] : Row(KlOfEach!, i).Sum() + Dependence[i];
        }
        if (options.Reconstruction is { } reconstruct) (Reconstruction, DecoderEntropy) = reconstruct(codes, Density.Samples);
    }

    internal int L { get; }

    /// <summary>Evaluation points.</summary>
    internal int Count => Kl.Length;

    /// <summary>Whether the mixture is that of other examples.</summary>
    internal bool Held { get; }

    /// <summary>Whether the evaluated posteriors have independent latents.</summary>
    internal bool Diagonal { get; }

    internal OwnDensities Density { get; }

    /// <summary>The total correlation of each point's posterior, in closed form.</summary>
    internal double[] Dependence { get; }

    internal double[] LogPrior { get; }

    internal double[]? LogPriorOfEach { get; }

    internal double[] Kl { get; }

    internal double[] Entropy { get; }

    internal double[] EntropyOfEach { get; }

    internal double[]? KlOfEach { get; }

    /// <summary>((μ − m)² + τ²)/s² of each latent under a Gaussian prior.</summary>
    internal double[]? SecondMoment { get; }

    internal double[]? Reconstruction { get; }

    internal double[]? DecoderEntropy { get; }

    /// <summary>The mean of f over points; several points of one example count as one value.</summary>
    internal Estimate Mean(Func<int, double> f)
    {
        var N = Count / rounds;
        var values = new double[N];
        for (var i = 0; i < Count; i++) values[i % N] += f(i) / rounds;
        return Estimate.Of(values);
    }

    internal double Information(int i) => Density.Own[i] - Density.With[i];

    internal double InformationWithout(int i) => Density.Own[i] - Density.Without[i];

    internal double MarginalKl(int i) => Density.With[i] - LogPrior[i];

    internal double TotalCorrelation(int i) => Density.With[i] - Row(Density.WithOfEach, i).Sum();

    internal double DimensionwiseKl(int i) => Row(Density.WithOfEach, i).Sum() - LogPrior[i];

    /// <summary>Σ_j log q(z_j|x) − log q(z_j).</summary>
    internal double InformationOfLatents(int i) => (Diagonal ? Density.Own[i] : Row(Density.OwnOfEach, i).Sum()) - Row(Density.WithOfEach, i).Sum();

    /// <summary>log q(z|x) − Σ_j log q(z_j|x): the dependence at the point itself.</summary>
    internal double SampledDependence(int i) => Density.Own[i] - Row(Density.OwnOfEach, i).Sum();

    /// <summary>H[q(z)] share: H[q(z|x)] in closed form, plus the information, whose own density cancels most of the noise of −log q(z).</summary>
    internal double AggregateEntropy(int i) => Entropy[i] + Information(i);

    internal double CrossEntropy(int i) => Kl[i] + Entropy[i];

    internal ArraySegment<double> Row(double[] values, int i) => new(values, i * L, L);

    private void Latent(AggregatePosterior evaluated, LatentPrior prior, int[] codes, int k)
    {
        var (i, j) = (k / L, k % L);
        var at = codes[i] * L + j;
        var (mu, logVar) = (evaluated.Mean[at], evaluated.LogVar[at]);
        EntropyOfEach[k] = ThreeEntropies.Unit + 0.5 * logVar;
        Entropy[i] += EntropyOfEach[k];
        if (prior.Gaussian is { } p)
        {
            var delta = logVar - p.LogVar[j];
            var scaled = (mu - p.Mean[j]) * Math.Exp(-0.5 * p.LogVar[j]);
            KlOfEach![k] = 0.5 * (scaled * scaled + ExpM1(delta) - delta);
            SecondMoment![k] = scaled * scaled + Math.Exp(delta);
        }
        else if (KlOfEach is not null)
        {
            KlOfEach[k] = Density.OwnOfEach[k] - LogPriorOfEach![k];
        }
    }

    // e^x − 1 without the loss of digits near 0 that would make a divergence of equal Gaussians negative.
    private static double ExpM1(double x) => Math.Abs(x) > 1e-2 ? Math.Exp(x) - 1 : x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))));
}
