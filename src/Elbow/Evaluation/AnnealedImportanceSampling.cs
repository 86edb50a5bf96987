using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>log p̂(x) for each example of a batch.</summary>
/// <param name="LogLikelihood"><c>(B)</c>, float64, nats.</param>
/// <param name="StandardError">Of each, over its chains <c>(B)</c>; NaN for one chain. Small when all chains miss the same mode.</param>
/// <param name="Acceptance">Mean probability of acceptance of the transitions; NaN without one.</param>
public sealed record AnnealedLikelihood(Tensor LogLikelihood, Tensor StandardError, double Acceptance);

/// <summary>log p(x) by annealed importance sampling: chains that go from p(z), or q(z|x), to the posterior p(z|x).</summary>
/// <remarks>
/// <para><b>Equation:</b> log f_β(z) = log p₀(z) + β [log p(z) + log p(x|z) − log p₀(z)]; z_0 ~ p₀, z_t ~ T_t(·|z_{t−1}) with T_t leaving f_{β_t} as it is;
/// log w = Σ_{t=1..T} (β_t − β_{t−1}) ∂_β log f(z_{t−1}); log p̂(x) = log (1/C) Σ_c w_c. E w = p(x) for every T, whether or not a chain reaches
/// the posterior.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → <c>(B)</c>, float64. <b>Units:</b> nats.</para>
/// <para><b>Special cases:</b> T = 1 is importance sampling with p₀ as proposal. Latents in layers are one vector here.</para>
/// <para><b>Biased when:</b> always low (Jensen): a lower bound in expectation that tightens with T and C. <b>Valid when:</b> log p(z) and log p(x|z) have a
/// gradient in z almost everywhere. From the prior no encoder is asked, so a deterministic one is no obstacle.</para>
/// <para><b>Standard error:</b> of log (1/C) Σ w by the delta method, sd(w)/(√C mean(w)). It sees what chains differ in, not what all of them miss:
/// <see cref="BidirectionalMonteCarlo"/> is the check of that.</para>
/// <para><b>Source:</b> Neal 2001, Annealed importance sampling (Statistics and Computing 11); transitions, schedule and C = 16 as Wu, Burda,
/// Salakhutdinov and Grosse 2017, arXiv 1611.04273. <b>Departs from the source:</b> step sizes come from a pilot and stay fixed while chains are
/// weighed (<see cref="StepSizes"/>); there they follow the acceptance of the weighed chains themselves.</para>
/// </remarks>
public static class AnnealedImportanceSampling
{
    // Fewer than importance sampling takes: the decoder's activations are kept for the gradient.
    private const long RowsAtOnce = 1024, NumbersAtOnce = 1 << 22;

    /// <summary>log p̂(x) for each example.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="x"><c>(B, D)</c>.</param>
    /// <param name="settings">Steps, chains and so on.</param>
    /// <param name="generator">Of pilot and chains.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <exception cref="ArgumentException">Chains start from a deterministic encoder, or the densities have no gradient.</exception>
    public static AnnealedLikelihood LogLikelihood(LatentVariableModel model, Tensor x, Annealing settings, Generator generator, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(settings);
        settings.MustBeSound();
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var run = new AnnealedRun(model, settings, generator, x.Shape[0], sweeps: 1, progress);
        List<Tensor> values = [], errors = [];
        foreach (var (from, count) in Chunks(model, x.Shape[0], settings.Chains))
        {
            using var chunk = TensorScope.Open();
            var part = run.On(x.Narrow(0, from, count));
            var (value, error) = LogMean(run.Forward(part));
            values.Add(chunk.Keep(value));
            errors.Add(chunk.Keep(error));
        }
        return new AnnealedLikelihood(scope.Keep(Tensor.Cat(0, [.. values])), scope.Keep(Tensor.Cat(0, [.. errors])), run.Acceptance);
    }

    /// <summary>Which examples go through the decoder together, with all chains of each where that many fit.</summary>
    internal static IEnumerable<(long From, long Count)> Chunks(LatentVariableModel model, long B, int chains)
    {
        var atOnce = Math.Max(1, RowsFor(model) / chains);
        for (var from = 0L; from < B; from += atOnce) yield return (from, Math.Min(atOnce, B - from));
    }

    /// <summary>Rows of z that pass through the decoder at once.</summary>
    internal static long RowsFor(LatentVariableModel model) => Math.Clamp(NumbersAtOnce / model.NumbersPerExample, 1, RowsAtOnce);

    /// <summary>log (1/C) Σ_c e^{log w_c} and its standard error. <c>(C, B)</c> → <c>(B)</c> each.</summary>
    internal static (Tensor Value, Tensor Error) LogMean(Tensor logW)
    {
        var C = logW.Shape[0];
        var value = logW.LogSumExp(0) - Math.Log(C);
        // Weights over their mean: their deviation is relative, and nothing overflows.
        var error = C > 1 ? ((logW - value).Exp().Var([0]) / C).Sqrt() : Tensor.Full(double.NaN, value.Shape.AsSpan(), DType.Float64, logW.Device);
        return (value, error);
    }
}
