using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Diagnostics;

/// <summary>A linear VAE by its numbers, in float64: everything about it is known without a sample.</summary>
/// <remarks>
/// <para><b>Equation:</b> p(z) = N(0, diag α²), p(x|z) = N(W z + b, σ² I), q(z|x) = N(V x + a, diag τ²), so p(x) = N(b, W diag(α²) Wᵀ + σ² I).</para>
/// <para><b>Shapes:</b> W <c>(D, H)</c>, b <c>(D)</c>, V <c>(H, D)</c>, a, τ², α² <c>(H)</c>; data x <c>(N, D)</c>. <b>Units:</b> nats for each example.</para>
/// <para><b>Source:</b> methods/three-entropies.md 2.6 and 2.7: the linear VAE of Damm et al. 2023, arXiv 2010.14860, with the optimum of Tipping
/// and Bishop 1999 (probabilistic PCA).</para>
/// </remarks>
/// <param name="Weight">W.</param>
/// <param name="Bias">b.</param>
/// <param name="Variance">σ².</param>
/// <param name="EncoderWeight">V.</param>
/// <param name="EncoderBias">a.</param>
/// <param name="PosteriorVariance">τ².</param>
/// <param name="PriorVariance">α²; ones for VAE-1.</param>
public sealed record LinearVae(Tensor Weight, Tensor Bias, double Variance, Tensor EncoderWeight, Tensor EncoderBias, Tensor PosteriorVariance, Tensor PriorVariance)
{
    private long D => Weight.Shape[0];

    private long H => Weight.Shape[1];

    /// <summary>Reads the numbers of a model; they are copies.</summary>
    /// <returns>Null when it is not linear with one σ², one τ² for all examples and a prior N(0, I) or N(0, diag α²).</returns>
    public static LinearVae? From(LatentVariableModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var tensors = model.NamedTensors().ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        string[] needed = ["encoder.0.weight", "encoder.0.bias", "posterior.logVar", "decoder.0.weight", "decoder.0.bias", "likelihood.logVar"];
        string[] allowed = ["prior.logVar", "encoder.0.centre"];
        if (needed.Except(tensors.Keys).Any() || tensors.Keys.Except(needed).Except(allowed).Any() || tensors["likelihood.logVar"].Count != 1) return null;
        var V = Read("encoder.0.weight");
        var a = Read("encoder.0.bias");
        if (tensors.ContainsKey("encoder.0.centre")) a -= V.Matmul(Read("encoder.0.centre").Unsqueeze(1)).Squeeze(1);
        return new LinearVae(
            Read("decoder.0.weight"), Read("decoder.0.bias"), Math.Exp(Read("likelihood.logVar").ToDouble()), V, a, Read("posterior.logVar").Exp(),
            tensors.ContainsKey("prior.logVar") ? Read("prior.logVar").Exp() : Tensor.Ones([V.Shape[0]], DType.Float64));

        Tensor Read(string name) => tensors[name].Detach().Clone().To(DType.Float64).To(Device.Cpu);
    }

    /// <summary>Probabilistic PCA of data: its global optimum, with rotation I, or another stationary point.</summary>
    /// <param name="x">Data <c>(N, D)</c>, float64.</param>
    /// <param name="H">Latents.</param>
    /// <param name="retained">Which principal directions, 0 the largest, are kept; the first H when left out. Fewer than H leave collapsed latents.</param>
    public static LinearVae PrincipalComponents(Tensor x, int H, params int[] retained)
    {
        ArgumentNullException.ThrowIfNull(x);
        var b = x.Mean(0);
        var (values, vectors) = Covariance(x - b).Eigh();
        return PrincipalComponents(b, values.Flip(0), vectors.Flip(1), H, retained);
    }

    /// <summary>The same from eigenvalues and eigenvectors of the data's covariance.</summary>
    /// <param name="mean">b <c>(D)</c>.</param>
    /// <param name="eigenvalues">λ <c>(D)</c>, descending.</param>
    /// <param name="eigenvectors">U <c>(D, D)</c>, one in each column.</param>
    /// <param name="H">Latents.</param>
    /// <param name="retained">Which are kept; every λ kept must exceed the mean of the others.</param>
    /// <exception cref="ArgumentException">Too many are kept, or one below the noise: no stationary point.</exception>
    public static LinearVae PrincipalComponents(Tensor mean, Tensor eigenvalues, Tensor eigenvectors, int H, params int[] retained)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(eigenvalues);
        ArgumentNullException.ThrowIfNull(eigenvectors);
        ArgumentNullException.ThrowIfNull(retained);
        var lambda = eigenvalues.ToArray<double>();
        var kept = retained.Length == 0 ? Enumerable.Range(0, H).ToArray() : retained;
        if (kept.Length > H || kept.Length >= lambda.Length) throw new ArgumentException($"{kept.Length} directions are kept, with {H} latents in {lambda.Length} dimensions", nameof(retained));
        var noise = lambda.Where((_, d) => !kept.Contains(d)).Average();
        if (kept.Any(d => lambda[d] < noise)) throw new ArgumentException($"a kept eigenvalue lies below the noise {noise}: not a stationary point", nameof(retained));
        var U = Tensor.Cat(1, eigenvectors.IndexSelect(1, Tensor.From(Array.ConvertAll(kept, d => (long)d))), Tensor.Zeros([lambda.Length, H - kept.Length], DType.Float64));
        // A collapsed latent has W_h = 0, ν_h = 0, τ_h = 1, as if its eigenvalue were the noise.
        double[] ofLatent = [.. kept.Select(d => lambda[d]), .. Enumerable.Repeat(noise, H - kept.Length)];
        var L = Tensor.From(ofLatent);
        var W = U * (L - noise).Sqrt();
        var V = (W / L).T;
        return new LinearVae(W, mean, noise, V, -V.Matmul(mean.Unsqueeze(1)).Squeeze(1), noise / L, Tensor.Ones([H], DType.Float64));
    }

    /// <summary>The largest log-likelihood of H latents, nats for each example: −(D/2) log 2πe − ½ Σ_{h≤H} log λ_h − ((D−H)/2) log σ².</summary>
    /// <param name="eigenvalues">λ of the data's covariance (1/N), in any order.</param>
    /// <param name="H">Latents.</param>
    public static double Optimum(IEnumerable<double> eigenvalues, int H)
    {
        double[] lambda = [.. eigenvalues.OrderDescending()];
        var noise = lambda.Skip(H).Average();
        return -lambda.Length * ThreeEntropies.Unit - 0.5 * lambda.Take(H).Sum(Math.Log) - 0.5 * (lambda.Length - H) * Math.Log(noise);
    }

    /// <summary>The largest log-likelihood of H latents on data <c>(N, D)</c>.</summary>
    public static double Optimum(Tensor x, int H)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Optimum(Covariance(x - x.Mean(0)).Eigh().Values.ToArray<double>(), H);
    }

    /// <summary>log p(x) <c>(N)</c>, exact.</summary>
    public Tensor LogLikelihood(Tensor x)
    {
        var factor = ((Weight * PriorVariance).Matmul(Weight.T) + Variance * Tensor.Eye(D, DType.Float64)).Cholesky();
        var white = factor.SolveLower((x - Bias).T);
        return -0.5 * (white.Square().Sum(0L) + D * Math.Log(2 * Math.PI)) - factor.Diagonal().Log().Sum();
    }

    /// <summary>The ELBO of each example <c>(N)</c>, exact.</summary>
    public Tensor Elbo(Tensor x) => -0.5 * (Squares(x) / Variance + D * Math.Log(2 * Math.PI * Variance)) - Kl(x);

    /// <summary>KL(q(z|x) ‖ p(z)) <c>(N)</c>.</summary>
    public Tensor Kl(Tensor x) =>
        0.5 * ((Codes(x).Square() + PosteriorVariance) / PriorVariance - 1 - (PosteriorVariance / PriorVariance).Log()).Sum(1L);

    /// <summary>E_q ‖x − W z − b‖² <c>(N)</c>; its mean is R.</summary>
    public Tensor Squares(Tensor x) => (x - Codes(x).Matmul(Weight.T) - Bias).Square().Sum(1L) + (Weight.Square() * PosteriorVariance).Sum();

    /// <summary>m_h = (1/N) Σ_n (ν_h² + τ_h²), for each latent.</summary>
    public double[] SecondMoments(Tensor x) => (Codes(x).Square().Mean(0) + PosteriorVariance).ToArray<double>();

    /// <summary>The three entropies: they need no data.</summary>
    public ThreeEntropies Entropies => ThreeEntropies.Of(0.5 * PosteriorVariance.Log().Sum().ToDouble(), PriorVariance.ToArray<double>(), (int)D, Variance);

    /// <summary>mean ELBO − F_3E by the gap identity: from R and m_h.</summary>
    public double Gap(Tensor x) => ThreeEntropies.VarianceGap((int)D, Squares(x).Mean().ToDouble() / Variance)
        + SecondMoments(x).Zip(PriorVariance.ToArray<double>(), (m, alpha) => ThreeEntropies.MomentGap(m / alpha)).Sum();

    /// <summary>The same model with decoder columns of unit length and the scales in the prior: α_h ← α_h ‖W_h‖.</summary>
    /// <remarks>F, every KL and p(x) stay as they are. A column of zeros has no direction and stays.</remarks>
    public LinearVae AsVae2()
    {
        var norm = Weight.Norm(0);
        return Scaled(Tensor.Where(norm.Eq(0), 1.0, norm));
    }

    /// <summary>The same model with prior N(0, I) and the scales in the decoder: W_h ← α_h W_h.</summary>
    public LinearVae AsVae1() => Scaled(1 / PriorVariance.Sqrt());

    // z′ = s z.
    private LinearVae Scaled(Tensor s) => this with
    {
        Weight = Weight / s,
        EncoderWeight = EncoderWeight * s.Unsqueeze(1),
        EncoderBias = EncoderBias * s,
        PosteriorVariance = PosteriorVariance * s.Square(),
        PriorVariance = PriorVariance * s.Square(),
    };

    private Tensor Codes(Tensor x) => x.Matmul(EncoderWeight.T) + EncoderBias;

    private static Tensor Covariance(Tensor centred) => centred.T.Matmul(centred) / centred.Shape[0];
}
