using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The ELBO of a Gaussian VAE (VAE-0 to VAE-3), with the variances learned, set to their optimum before each step, or profiled out.</summary>
/// <remarks>
/// <para><b>Equation:</b> F = E_q log p(x|z) − β KL(q(z|x) ‖ p(z)), β rising to 1. With R = ⟨‖x − μ(z)‖²⟩ and m_h = ⟨z_h²⟩ over the batch, F is
/// largest at σ² = R/D and α_h² = m_h; <c>optimal</c> writes those into the model before each step; <c>profiled</c> ascends what is left,
/// F_prof = −(D/2) log(2πe R/D) + β Σ_h [⟨log τ_h⟩ − ½ log m_h]: entropies alone. With one variance per data dimension R/D becomes R_d for each d. With
/// a prior N(0, I) there is no α to profile and the divergence stays as it is. The regulariser of unit columns is −γ Σ_h (‖W_h‖² − 1)².</para>
/// <para><b>Scale of the codes:</b> with a prior N(0, I) the place of α_h is taken by the length of the decoder's column: W_h → s W_h, ν_h → ν_h/s,
/// τ_h → τ_h/s leaves the reconstruction as it is, and F is largest along it at m_h = 1. Gradient ascent crawls along that direction where signal is
/// large beside noise. A moment step κ takes each batch's step in closed form, s = m_h^(κ/2); it never lowers F on that batch.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>reconstruction</c>, <c>kl</c>, <c>elbo</c> (β = 1, without the regulariser) and the meter <c>entropySum</c>,
/// <c>entropyGap</c>, <c>varianceGap</c>, <c>momentGap</c>. Under <c>profiled</c> they are those of the model with the batch's optimal variances.</para>
/// <para><b>Biased when:</b> F never. F_prof is a batch's: optimal variances of few examples fit those examples, so it is high by about
/// ½/B nats for each variance; a model that is judged is judged by F.</para>
/// <para><b>Special cases:</b> <c>learned</c> without warm-up and constraint is the ELBO. The gradients of <c>optimal</c> and <c>profiled</c> agree.</para>
/// <para><b>Source:</b> Damm et al. 2023, arXiv 2010.14860, and its code (<c>optimal_vars</c>, <c>rescale</c>, <c>regularize</c>, γ = 1, one z per example);
/// methods/three-entropies.md 2.2 to 2.6 and 3. <b>Departs from the source:</b> F_prof is ours by the derivation there (the code has it for another
/// model); the pass that finds the optimum uses the same samples of z as the step, so that F = F_3E on that batch exactly;
/// the moment step is ours, by 2.4.</para>
/// </remarks>
public sealed class ThreeEntropiesElbo : IPrepares
{
    private readonly Config config;
    private readonly Tensor? noiseLogVar;
    private readonly Tensor? priorLogVar;
    private readonly Linear? first;
    private readonly CodeScale? codes;

    private ThreeEntropiesElbo(Config config, ObjectiveContext context)
    {
        this.config = config;
        noiseLogVar = (context.Model.Likelihood as NormalLikelihood)?.LogVar;
        priorLogVar = (context.Model.Prior as LearnedNormal)?.LogVar;
        first = (context.Model.Decoder as Sequential)?.Layers.OfType<Linear>().FirstOrDefault();
        if (config.UnitNorm != UnitNormBy.Nothing && first is null) throw new ArgumentException("the decoder does not begin with a dense layer whose columns could be held at unit length");
        if (config.MomentStep > 0) codes = CodeScale.Of(context.Model) ?? throw new ArgumentException("the scale of the codes can be moved only between an encoder that ends, and a decoder that begins, with a dense layer");
        if (context.Parts.Likelihood is NormalLikelihood.Config { Scale: ScaleOf.Fixed })
            context.Warn("sigma is fixed (VAE-0): the ELBO will not converge to the sum of three entropies");
    }

    /// <summary>How σ² and α² are found.</summary>
    public enum VariancesBy
    {
        /// <summary>By gradient ascent, like every parameter.</summary>
        Gradient,
        /// <summary>Set to the optimum of each batch before its step.</summary>
        Optimal,
        /// <summary>As optimal, and the objective is what is left: entropies.</summary>
        Profiled,
    }

    /// <summary>How the columns of the decoder's first weight are held at unit length.</summary>
    public enum UnitNormBy
    {
        /// <summary>They are free.</summary>
        Nothing,
        /// <summary>Divided by their lengths before each step.</summary>
        Rescale,
        /// <summary>By a penalty.</summary>
        Regularize,
    }

    /// <summary>Configuration of the ELBO of a Gaussian VAE.</summary>
    [Description("the ELBO of a Gaussian VAE and its three entropies")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>How σ² and α² are found.</summary>
        [Description("variances by gradient, set to the optimum of each batch, or profiled out of the objective")]
        public VariancesBy Variances { get; init; } = VariancesBy.Gradient;

        /// <summary>How the columns of the decoder's first weight are held at unit length, for priors with learned variances.</summary>
        [Description("columns of the decoder's first weight: free, divided by their lengths before each step, or held by a penalty")]
        public UnitNormBy UnitNorm { get; init; } = UnitNormBy.Nothing;

        /// <summary>γ: weight of the penalty.</summary>
        [Description("weight of the penalty of regularize"), Range(0.0, 1e6)]
        public double Gamma { get; init; } = 1;

        /// <summary>κ: how far each batch takes the codes towards second moments of 1, for priors N(0, I); 0 leaves it to the gradient.</summary>
        [Description("how far, from 0 to 1, each batch takes the codes towards second moments of 1, in closed form; for a prior N(0, I)"), Range(0.0, 1.0)]
        public double MomentStep { get; init; }

        /// <summary>S: samples of z for each example.</summary>
        [Description("samples of z for each example"), Range(1, 10_000)]
        public int Samples { get; init; } = 1;

        /// <summary>Rise of β to 1; the paper's annealing takes the first 30 % of all epochs (fractions of an epoch count).</summary>
        [Description("rise of beta to 1 at the start of training; the paper anneals over the first 30 % of all epochs")]
        public WarmUp WarmUp { get; init; } = new();

        /// <inheritdoc/>
        public override double WarmUpEpochs => WarmUp.Epochs;

        /// <inheritdoc/>
        public override bool MetersEntropies => true;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new ThreeEntropiesElbo(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            // A fixed sigma is the negative control VAE-0: allowed, with a warning.
            if (EntropyMeter.Misfit(parts) is { } misfit && misfit.Key != "model.likelihood.scale") yield return misfit;
            if (Variances != VariancesBy.Gradient && parts.Likelihood is NormalLikelihood.Config { Scale: ScaleOf.Fixed or ScaleOf.Decoder })
                yield return new("objective.variances", "there is no one optimum of a variance that is fixed or predicted by the decoder", "set objective.variances to gradient, or model.likelihood.scale to learned or perDimension");
            if (Variances != VariancesBy.Gradient && parts.Posterior is not DiagonalNormalPosterior.Config)
                yield return new("objective.variances", "optimal variances are known for a diagonal Gaussian posterior", "set objective.variances to gradient, or model.posterior.kind to diagonalNormal");
            if (Variances != VariancesBy.Gradient && parts.Prior is LearnedNormal.Config { LearnMean: true } or LearnedNormal.Config { Frozen: true })
                yield return new("objective.variances", "the optimum is that of a prior with mean 0 and free variances", "set objective.variances to gradient, or model.prior.learnMean and frozen to false");
            if (UnitNorm != UnitNormBy.Nothing && parts.Prior is not LearnedNormal.Config)
                yield return new("objective.unitNorm", "unit columns take the scale of the latents away, which a fixed prior cannot give back", "set objective.unitNorm to nothing, or model.prior.kind to learnedNormal");
            if (MomentStep > 0 && parts is not { Prior: StandardNormal.Config, Posterior: DiagonalNormalPosterior.Config { LogVarLimit: null } })
                yield return new("objective.momentStep", "the scale of the codes is moved only under a prior N(0, I) and a free diagonal Gaussian posterior; learned prior variances do it by themselves", "set objective.momentStep to 0");
            if (WarmUp is { Epochs: 0, Start: not 0 })
                yield return new("objective.warmUp.start", "a start without warm-up epochs has no effect", "set objective.warmUp.epochs, or leave start at 0");
        }
    }

    /// <inheritdoc/>
    public void Prepare(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        if (config.UnitNorm == UnitNormBy.Rescale) first!.Weight.CopyInPlace(first.Weight / first.Weight.Norm(0).Unsqueeze(0));
        if (codes is not null) codes.Divide((Moments((Normal)model.Encode(x)).Log() * (0.5 * config.MomentStep)).Exp());
        if (config.Variances == VariancesBy.Gradient) return;
        // The step that follows must draw the same z.
        var before = context.Generator.GetState();
        var (qz_x, px_z) = Route(model, x, context.Generator);
        context.Generator.SetState(before);
        var (noise, moments) = Optimum(qz_x, px_z, x);
        noiseLogVar!.CopyInPlace(noise.Log());
        priorLogVar?.CopyInPlace(moments.Log());
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (qz_x, px_z) = Route(model, x, context.Generator);
        var pz = model.Prior.Density();
        var beta = config.WarmUp.At(context.Epoch, 1);
        var set = config.Variances != VariancesBy.Gradient && model.Training;
        if (set)
        {
            // Set, not learned: a step of the optimiser would only move them off the optimum again.
            px_z = Normal.FromLogVar(px_z.Mean, px_z.LogVar.Detach());
            if (pz is Normal p) pz = Normal.FromLogVar(p.Mean, p.LogVar.Detach());
        }
        var reconstruction = OverSamples(px_z.LogProb(x));
        var kl = Kl.Exact(qz_x, pz)!;
        var elbo = reconstruction - kl;
        var objective = set && config.Variances == VariancesBy.Profiled ? Profiled((Normal)qz_x, px_z, x, kl, beta)
            : beta == 1 ? elbo.Mean() : (reconstruction - beta * kl).Mean();
        if (config.UnitNorm == UnitNormBy.Regularize && model.Training) objective -= config.Gamma * (first!.Weight.Square().Sum(0L) - 1).Square().Sum();
        return new ObjectiveTerms(objective, [new("reconstruction", reconstruction), new("kl", kl), new("elbo", elbo), .. EntropyMeter.Terms(qz_x, pz, px_z, reconstruction, kl)]);
    }

    private (IDistribution Posterior, Normal Decoder) Route(LatentVariableModel model, Tensor x, Generator generator)
    {
        var qz_x = model.Encode(x);
        return (qz_x, (Normal)model.Decode(qz_x.Sample(generator, config.Samples == 1 ? null : config.Samples)));
    }

    private Tensor OverSamples(Tensor perSample) => config.Samples == 1 ? perSample : perSample.Mean(0);

    // σ² = R/D (1), or R_d (D); α² = m_h (L).
    private (Tensor Noise, Tensor Moments) Optimum(IDistribution qz_x, Normal px_z, Tensor x)
    {
        var squares = (x - px_z.Mean).Square().Reshape(-1, x.Shape[-1]).Mean(0);
        return (noiseLogVar!.Count == 1 ? squares.Mean().Reshape(1) : squares, Moments((Normal)qz_x));
    }

    private static Tensor Moments(Normal qz_x) => (qz_x.Mean.Square() + qz_x.LogVar.Exp()).Mean(0);

    private Tensor Profiled(Normal qz_x, Normal px_z, Tensor x, Tensor kl, double beta)
    {
        var (noise, moments) = Optimum(qz_x, px_z, x);
        var values = x.Shape[-1] / noise.Count;
        var decoder = 0.5 * values * (noise.Log() + Math.Log(2 * Math.PI * Math.E)).Sum();
        var rate = priorLogVar is null ? kl.Mean() : 0.5 * (moments.Log() - qz_x.LogVar.Expand(qz_x.Mean.Shape).Mean(0)).Sum();
        return -decoder - beta * rate;
    }
}
