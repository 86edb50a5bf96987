using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The importance-weighted bound: a lower bound on log p(x), tighter the more samples it has.</summary>
/// <remarks>
/// <para><b>Equation:</b> L_K(x) = E log (1/K) Σ_k w_k, w_k = p(x|z_k) p(z_k)/q(z_k|x), z_k ~ q(z|x).</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c>, log w <c>(K, B)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>iwae</c>, and of the same samples <c>reconstruction</c>, <c>kl</c> and <c>elbo</c>.</para>
/// <para><b>Biased when:</b> as an estimate of log p(x), always low; of L_K never.</para>
/// <para><b>Gradient:</b> the standard one is that of the formula. Its part for the encoder loses its signal against its noise as K grows.
/// The doubly reparameterised one replaces that part by Σ_k w̃_k² (∂ log w_k/∂z_k)(∂z_k/∂φ), w̃ = w/Σw, with the parameters inside
/// q(z_k|x) held: the same expectation, less noise. The decoder's and the prior's part stays Σ_k w̃_k ∂ log w_k/∂θ; a prior made of
/// encoded pseudo-inputs counts as prior.</para>
/// <para><b>Special cases:</b> K = 1 is the ELBO with its divergence at the same sample; the doubly reparameterised gradient is then that
/// of Roeder et al. 2017, without the score of q.</para>
/// <para><b>Source:</b> Burda, Grosse and Salakhutdinov 2016, arXiv 1509.00519, equation 8; Tucker et al. 2019, arXiv 1810.04152, equation 8.
/// <b>Departs from the source:</b> the weights of the second gradient are found by a pass of their own, without a graph: batch normalisation
/// sees the batch twice.</para>
/// </remarks>
public sealed class Iwae(Iwae.Config config) : IRepeats
{
    /// <summary>How the encoder's gradient is estimated.</summary>
    public enum GradientEstimator
    {
        /// <summary>Autograd of the bound.</summary>
        Standard,
        /// <summary>Tucker et al.: reparameterised twice, less noise.</summary>
        DoublyReparameterised,
    }

    /// <summary>Configuration of the importance-weighted bound.</summary>
    [Description("the importance-weighted bound (IWAE)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>K.</summary>
        [Description("K, samples of z for each example"), Range(1, 10_000)]
        public int Samples { get; init; } = 5;

        /// <summary>How the encoder's gradient is estimated.</summary>
        [Description("gradient of the encoder: of the bound itself, or reparameterised twice, with less noise")]
        public GradientEstimator Gradient { get; init; } = GradientEstimator.Standard;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context) => new Iwae(this);

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            foreach (var misfit in Requirements.Density(parts)) yield return misfit;
            if (Gradient == GradientEstimator.DoublyReparameterised && parts.Hierarchy is not (null or Stacked.Config { Layers.Count: 1 }))
                yield return new("objective.gradient", "the doubly reparameterised gradient is known for one Gaussian posterior, not for latents in layers", "leave objective.gradient out, or model.hierarchy");
        }
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        var (B, K) = (x.Shape[0], config.Samples);
        var qz_x = model.Encode(x);
        var pz = model.Prior.Density();
        var z = qz_x.Sample(context.Generator, K);
        var twice = config.Gradient == GradientEstimator.DoublyReparameterised && model.Training;
        if (twice)
        {
            // A number for each sample scales the gradient that passes from log w to the encoder, and nothing else.
            var weights = Normalised(model, qz_x, pz, z, x).Unsqueeze(-1);
            z = weights * z + ((1 - weights) * z).Detach();
            qz_x = Held(qz_x);
        }
        var logPx_z = model.Decode(z).LogProb(x);
        var logRatio = qz_x.LogProb(z) - pz.LogProb(z);
        var logW = (logPx_z - logRatio).MustBe([K, B]);
        var iwae = logW.LogSumExp(0) - Math.Log(K);
        var (reconstruction, kl) = (logPx_z.Mean(0), (Kl.Exact(qz_x, pz) ?? logRatio.Mean(0)));
        return new ObjectiveTerms(iwae.Mean(), new("reconstruction", reconstruction), new("kl", kl), new("elbo", reconstruction - kl), new("iwae", iwae));
    }

    private static Tensor Normalised(LatentVariableModel model, IDistribution qz_x, IDistribution pz, Tensor z, Tensor x)
    {
        using var frozen = Autograd.NoGrad();
        return (model.Decode(z).LogProb(x) + pz.LogProb(z) - qz_x.LogProb(z)).Softmax(0);
    }

    private static IDistribution Held(IDistribution qz_x) => qz_x switch
    {
        Normal q => Normal.FromLogVar(q.Mean.Detach(), q.LogVar.Detach()),
        FullNormal q => new FullNormal(q.Mean.Detach(), q.Scale.Detach()),
        _ => throw new NotSupportedException($"the doubly reparameterised gradient knows Gaussian posteriors, not {qz_x.GetType().Name}"),
    };
}
