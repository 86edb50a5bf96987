using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>log p(x) by importance sampling with the posterior as proposal.</summary>
/// <remarks>
/// <para><b>Equation:</b> log p̂(x) = log (1/K) Σ_k p(x|z_k) p(z_k)/q(z_k|x), z_k ~ q(z|x).</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → <c>(B)</c>, float64. <b>Units:</b> nats.</para>
/// <para><b>Biased when:</b> always low for finite K (Jensen): a lower bound on log p(x) in expectation that rises with K. At K = 1 its
/// expectation is the ELBO.</para>
/// <para><b>Source:</b> Rezende, Mohamed and Wierstra 2014, arXiv 1401.4082, appendix E; Burda, Grosse and Salakhutdinov 2016, arXiv
/// 1509.00519, equation 8.</para>
/// </remarks>
public static class ImportanceSampling
{
    // Rows of z that pass through the decoder at once: enough for fast products, little memory whatever K is. Fewer where one row makes
    // many numbers, as 256 logits for each of 3072 colour values.
    private const long RowsAtOnce = 4096, NumbersAtOnce = 1 << 24;

    /// <summary>log p̂(x) for each example. No sample is left out, whatever K and B are.</summary>
    /// <exception cref="ArgumentException">The encoder is deterministic.</exception>
    public static Tensor LogLikelihood(LatentVariableModel model, Tensor x, long samples, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var B = x.Shape[0];
        var qz_x = model.Encode(x);
        if (qz_x is Point) throw new ArgumentException("a deterministic encoder has no density: it cannot propose samples", nameof(model));
        var pz = model.Prior.Density();
        var rows = Math.Clamp(NumbersAtOnce / model.NumbersPerExample, 1, RowsAtOnce);
        // Running log Σ exp over the chunks of samples seen so far.
        var total = Tensor.Full(double.NegativeInfinity, [B], DType.Float64, x.Device);
        for (var done = 0L; done < samples;)
        {
            using var chunk = TensorScope.Open();
            var K = Math.Min(samples - done, Math.Max(1, rows / Math.Max(1, B)));
            var z = qz_x.Sample(generator, K);
            var logPx_z = model.Decode(z).LogProb(x);
            var logW = (logPx_z + pz.LogProb(z) - qz_x.LogProb(z)).To(DType.Float64).MustBe([K, B]);
            total.CopyInPlace(total.Logaddexp(logW.LogSumExp(0)));
            done += K;
        }
        return scope.Keep(total - Math.Log(samples));
    }
}
