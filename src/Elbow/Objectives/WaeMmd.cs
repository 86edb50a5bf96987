using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The Wasserstein autoencoder with a maximum-mean-discrepancy penalty; no bound on log p(x).</summary>
/// <remarks>
/// <para><b>Equation:</b> s·R(x, z) − β MMD²(q(z), p(z)), R the log-likelihood or the negative squared error, z ~ q(z|x) or the code itself.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats, but for <c>mmd</c> and <c>squaredError</c>, which have none.</para>
/// <para><b>Terms:</b> <c>reconstruction</c> (log p(x|z), unscaled), <c>mmd</c> (only its mean over the batch is a discrepancy), and
/// <c>squaredError</c> when that is ascended; with a random encoder also <c>kl</c> and <c>elbo</c>, which a deterministic one has not.</para>
/// <para><b>Source:</b> Tolstikhin et al. 2018, arXiv 1711.01558, equation 4 and algorithm 2: the inverse multiquadric kernel summed over seven
/// scales of C = 2 L σ², the unbiased statistic. Saha, Joshi and Whitaker, arXiv 2311.07693, table XI: squared error, s = .05 and β = 10
/// (MNIST) or 100. <b>Departs from the source:</b> draws from whatever prior the model has.</para>
/// </remarks>
public sealed class WaeMmd : IObjective
{
    private readonly Config config;
    private readonly Mmd mmd;

    private WaeMmd(Config config, int L) => (this.config, mmd) = (config, new Mmd(config.Kernel, 2 * L * config.Sigma * config.Sigma, config.Scales));

    /// <summary>Configuration of the Wasserstein autoencoder.</summary>
    [Description("Wasserstein autoencoder with a maximum-mean-discrepancy penalty (WAE-MMD)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>β.</summary>
        [Description("weight of the discrepancy between codes and prior"), Range(0.0, 1e9)]
        public double Beta { get; init; } = 10;

        /// <summary>R.</summary>
        [Description("what is ascended for the data: the log-likelihood, or the negative squared error")]
        public ReconstructionKind Reconstruction { get; init; } = ReconstructionKind.LogLikelihood;

        /// <summary>s.</summary>
        [Description("factor on it"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double ReconstructionScale { get; init; } = 1;

        /// <summary>The kernel.</summary>
        [Description("the kernel of the maximum mean discrepancy")]
        public KernelKind Kernel { get; init; } = KernelKind.InverseMultiquadric;

        /// <summary>How it is estimated.</summary>
        [Description("its statistic: unbiased, or biased high and never negative")]
        public MmdStatistic Statistic { get; init; } = MmdStatistic.Unbiased;

        /// <summary>σ in C = 2 L σ².</summary>
        [Description("sigma of the kernel's width C = 2 L sigma^2: the deviation of the prior"), Range(1e-6, 1e6)]
        public double Sigma { get; init; } = 1;

        /// <summary>Factors on C.</summary>
        [Description("factors on C; the kernels of all of them are summed"), Range(1e-9, 1e9)]
        public IReadOnlyList<double> Scales { get; init; } = Mmd.UsualScales;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            Requirements.Company(context, "the maximum mean discrepancy");
            return new WaeMmd(this, context.Model.LatentDim);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            foreach (var misfit in Objectives.Reconstruction.Misfits(Reconstruction, parts.Likelihood)) yield return misfit;
            if (Scales.Count == 0) yield return new("objective.scales", "a kernel needs a scale", "name at least one, such as 1");
        }
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var qz_x = model.Encode(x);
        var pz = model.Prior.Density();
        var z = qz_x.Sample(context.Generator);
        var data = Reconstruction.Of(model.Decode(z), x, config.Reconstruction, config.ReconstructionScale);
        var discrepancy = PriorDraws.Compared(mmd, z, pz, config.Statistic, context.Generator);
        return new ObjectiveTerms(
            (data.Ascended - config.Beta * discrepancy).Mean(),
            Bound.With(Bound.Kl(qz_x, pz, z), data.LogLikelihood, [.. data.Terms, new("mmd", discrepancy)]));
    }
}
