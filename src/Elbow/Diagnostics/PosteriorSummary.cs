using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Diagnostics;

/// <summary>Sums, over batches, of what each latent of a diagonal Gaussian posterior does.</summary>
/// <remarks>
/// <para><b>Equation:</b> per latent j, with the prior N(m_j, s_j²): KL_j = ½(τ_j² + (ν_j − m_j)²)/s_j² − ½ − log τ_j + log s_j and
/// entropy H_j = ½ log 2πe + log τ_j − log s_j, means over the examples.</para>
/// <para>Second moment per latent: E z_j²/s_j² = (τ_j² + (ν_j − m_j)²)/s_j², 1 where the prior's variance (or, with N(0, I), the scale of the
/// codes) is stationary; ½(1 − E z_j²/s_j²) is the latent's part of the gap between the ELBO and the sum of three entropies.</para>
/// <para><b>Units:</b> nats. <b>Biased when:</b> never: both are closed forms, exact over the examples seen.</para>
/// <para><b>Collapse:</b> a latent is collapsed when H_j ≥ 1.0 nat, active below; ½ log 2πe = 1.4189 is the entropy of the prior itself.
/// <b>Source:</b> Damm et al. 2023, arXiv 2010.14860 (methods/three-entropies.md 2.9 and 7; the correction by log s_j is ours).</para>
/// </remarks>
public sealed class PosteriorSummary
{
    /// <summary>Entropy, in nats, from which on a latent counts as collapsed.</summary>
    public const double CollapseEntropy = 1.0;

    private double[] kl = [];
    private double[] entropy = [];
    private double[] secondMoment = [];
    private double[] entropies = [];
    private double[] crossEntropies = [];

    /// <summary>Examples seen.</summary>
    public long Count { get; private set; }

    /// <summary>Mean divergence of each latent from the prior, nats.</summary>
    public IReadOnlyList<double> Kl => [.. kl.Select(sum => sum / Count)];

    /// <summary>Mean entropy of each latent, relative to the prior's scale, nats.</summary>
    public IReadOnlyList<double> Entropy => [.. entropy.Select(sum => sum / Count)];

    /// <summary>Mean square of each latent over the prior's variance: 1 at a stationary point.</summary>
    public IReadOnlyList<double> SecondMoment => [.. secondMoment.Select(sum => sum / Count)];

    /// <summary>The part of each latent in ELBO − sum of three entropies, ½(1 − second moment), nats.</summary>
    public IReadOnlyList<double> Gap => [.. SecondMoment.Select(ThreeEntropies.MomentGap)];

    /// <summary>The collapse table: latents from the most to the least uncertain.</summary>
    public IReadOnlyList<LatentEntropy> Table =>
        [.. Entropy.Zip(Kl, SecondMoment).Select((latent, j) => new LatentEntropy(j, latent.First, latent.Second, latent.Third, latent.First >= CollapseEntropy)).OrderByDescending(latent => latent.Entropy)];

    /// <summary>H[q(z|x)] of all latents together, absolute, nats: the mean over the examples.</summary>
    public Estimate TotalEntropy => Estimate.FromSums(entropies[0], entropies[1], Count);

    /// <summary>−E_q(z|x) log p(z) of all latents together, nats: the mean over the examples. KL = cross-entropy − entropy.</summary>
    public Estimate TotalCrossEntropy => Estimate.FromSums(crossEntropies[0], crossEntropies[1], Count);

    /// <summary>Latents below the collapse entropy.</summary>
    public int Active => Entropy.Count(h => h < CollapseEntropy);

    /// <summary>Takes in a batch.</summary>
    /// <returns>False when posterior or prior is no diagonal Gaussian: nothing is known per latent then.</returns>
    public bool Add(LatentVariableModel model, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return Add(model.Encode(x), model.Prior.Density());
    }

    /// <summary>Takes in the posteriors of a batch.</summary>
    /// <param name="qz_x">Batch (B), events (L).</param>
    /// <param name="pz">The prior.</param>
    /// <returns>False when either is no diagonal Gaussian: nothing is known per latent then.</returns>
    public bool Add(IDistribution qz_x, IDistribution pz)
    {
        if (qz_x is not Normal q || pz is not Normal p) return false;
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (qj, pj) = (q.WithEventAxes(0), p.WithEventAxes(0));
        var (klj, hj) = (qj.KlTo(pj)!.To(DType.Float64), qj.Entropy().To(DType.Float64));
        Accumulate(ref kl, klj);
        Accumulate(ref entropy, hj - (pj.Entropy().To(DType.Float64) - 0.5 * Math.Log(2 * Math.PI * Math.E)));
        Accumulate(ref secondMoment, ((q.LogVar - p.LogVar).Exp() + (q.Mean - p.Mean).Square() * (-p.LogVar).Exp()).To(DType.Float64));
        Accumulate(ref entropies, WithSquare(hj.Sum(-1L)));
        Accumulate(ref crossEntropies, WithSquare((klj + hj).Sum(-1L)));
        Count += q.Mean.Shape[0];
        return true;
    }

    // (B) → (B, 2)
    private static Tensor WithSquare(Tensor perExample) => Tensor.Stack(-1, perExample, perExample.Square());

    private static void Accumulate(ref double[] sums, Tensor perExample)
    {
        var batch = perExample.Sum(0L).ToArray<double>();
        if (sums.Length == 0) sums = new double[batch.Length];
        for (var j = 0; j < batch.Length; j++) sums[j] += batch[j];
    }
}

/// <summary>One row of the collapse table.</summary>
/// <param name="Latent">j, from 0.</param>
/// <param name="Entropy">Mean entropy relative to the prior's scale, nats.</param>
/// <param name="Kl">Mean divergence from the prior, nats.</param>
/// <param name="SecondMoment">E z_j² over the prior's variance.</param>
/// <param name="Collapsed">Whether the entropy is 1.0 nat or more; exactly 1.0 is collapsed.</param>
public readonly record struct LatentEntropy(int Latent, double Entropy, double Kl, double SecondMoment, bool Collapsed);
