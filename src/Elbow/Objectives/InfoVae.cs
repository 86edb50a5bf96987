using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The InfoVAE family: the ELBO with the weight of its divergence moved from q(z|x) to the aggregated posterior q(z).</summary>
/// <remarks>
/// <para><b>Equation:</b> E log p(x|z) − (1 − α) KL(q(z|x) ‖ p(z)) − (α + λ − 1) D(q(z) ‖ p(z)), with D the squared maximum mean discrepancy
/// between one z ~ q(z|x) for each example and as many draws from the prior (<see cref="Distributions.Mmd"/>).</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats, but for <c>mmd</c>, which has none.</para>
/// <para><b>Terms:</b> <c>reconstruction</c>, <c>mmd</c> (the pair (z_i, prior draw i)'s part: only its mean over the batch is a discrepancy),
/// <c>kl</c>, <c>elbo</c>.</para>
/// <para><b>Biased when:</b> the V-statistic is chosen: high. No bound on log p(x) unless it is the ELBO.</para>
/// <para><b>Special cases:</b> α = 0, λ = 1 is the ELBO, gradient included; α = 1 drops the divergence of each posterior (MMD-VAE) and then
/// works with a deterministic encoder, as <see cref="WaeMmd"/> does.</para>
/// <para><b>Source:</b> Zhao, Song and Ermon 2019, arXiv 1706.02262, equation 5 and section 3.3. <b>Departs from the source:</b> the kernel's
/// width is C = 2 L σ² times the scales, as in arXiv 1711.01558, also for the Gaussian kernel.</para>
/// </remarks>
public sealed class InfoVae : IObjective
{
    private readonly Config config;
    private readonly Mmd mmd;

    private InfoVae(Config config, int L) => (this.config, mmd) = (config, new Mmd(config.Kernel, 2 * L * config.Sigma * config.Sigma, config.Scales));

    /// <summary>Configuration of the InfoVAE.</summary>
    [Description("the divergence moved from each posterior to all of them together (InfoVAE, MMD-VAE)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>α: 1 − α weighs the divergence of each posterior.</summary>
        [Description("alpha: 1 - alpha weighs the divergence of each posterior"), Range(-1e6, 1.0)]
        public double Alpha { get; init; } = 1;

        /// <summary>λ: α + λ − 1 weighs the discrepancy of all posteriors together.</summary>
        [Description("lambda: alpha + lambda - 1 weighs the discrepancy of all posteriors together from the prior"), Range(0.0, 1e6)]
        public double Lambda { get; init; } = 1000;

        /// <summary>The kernel.</summary>
        [Description("the kernel of the maximum mean discrepancy")]
        public KernelKind Kernel { get; init; } = KernelKind.Gaussian;

        /// <summary>How it is estimated.</summary>
        [Description("its statistic: unbiased, or biased high and never negative")]
        public MmdStatistic Statistic { get; init; } = MmdStatistic.Unbiased;

        /// <summary>σ in C = 2 L σ².</summary>
        [Description("sigma of the kernel's width C = 2 L sigma^2: the deviation of the prior"), Range(1e-6, 1e6)]
        public double Sigma { get; init; } = 1;

        /// <summary>Factors on C.</summary>
        [Description("factors on C; the kernels of all of them are summed"), Range(1e-9, 1e9)]
        public IReadOnlyList<double> Scales { get; init; } = [1];

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            Requirements.Company(context, "the maximum mean discrepancy");
            return new InfoVae(this, context.Model.LatentDim);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (Alpha != 1 && parts.Posterior is PointPosterior.Config)
                yield return new("objective.alpha", "a deterministic encoder's divergence from the prior is infinite, so that it can have no weight", "set alpha to 1, or model.posterior.kind to diagonalNormal");
            if (Alpha + Lambda < 1)
                yield return new("objective.lambda", $"alpha + lambda - 1 = {Alpha + Lambda - 1} would drive the posteriors away from the prior", "use lambda of at least 1 - alpha");
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
        var reconstruction = model.Decode(z).LogProb(x);
        var kl = Bound.Kl(qz_x, pz, z);
        var discrepancy = PriorDraws.Compared(mmd, z, pz, config.Statistic, context.Generator);
        var objective = reconstruction;
        if (config.Alpha != 1) objective -= (1 - config.Alpha) * kl!;
        if (config.Alpha + config.Lambda != 1) objective -= (config.Alpha + config.Lambda - 1) * discrepancy;
        return new ObjectiveTerms(objective.Mean(), Bound.With(kl, reconstruction, new Term("mmd", discrepancy)));
    }
}
