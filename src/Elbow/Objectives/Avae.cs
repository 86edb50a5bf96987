using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Experiments;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The aggregate variational autoencoder: a deterministic encoder whose codes, all together, are matched to N(0, I).</summary>
/// <remarks>
/// <para><b>Equation:</b> ascends (1/B) Σ_i [ −‖x_i − x̂(z_i)‖²/β − κ log (q(z_i) + ε_q)/(p(z_i) + ε_p) ] with z = E(x), q the kernel density
/// estimate of width h over the codes of m training rows that are not trained on, p = N(0, I), κ = 1/ln 10 or 1. Densities under the
/// logarithm leave out (2π)^(L/2), so ε_q = h^−L exp(−½ χ²-quantile_L(c)) and ε_p are on that scale.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats for <c>kl</c> whatever κ; squared data units for
/// <c>reconstruction</c>.</para>
/// <para><b>Terms:</b> <c>reconstruction</c> = −‖x − x̂‖², the squared error without ½ and without a variance: it is no log-likelihood, except for
/// the constant that of a Gaussian with σ = √½ (for a discrete likelihood it is log p(x|z)); <c>kl</c> = log q − log p, an estimate of
/// KL(q ‖ p) over the batch that is low by a known amount and so is often negative late in training; <c>residual</c> = ‖x − x̂‖; <c>beta</c>, the
/// weight in force, the same for every example.</para>
/// <para><b>Biased when:</b> always: the estimate of log q(z) from m points is low, by about 0.26 nats at L = 16, m = 10,000 and 7.4 at L = 128,
/// m = 10,000 (methods/avae.md 8, item 9); the objective is no bound on log p(x).</para>
/// <para><b>Gradient:</b> through the batch only: the m codes are constants, encoded anew with running batch statistics at the start of an epoch
/// and every k_b steps of it. β, h, ε are constants within an epoch.</para>
/// <para><b>Sampling:</b> decode z ~ N(0, (1 − h²)I): the codes are that narrow when codes and kernels together are N(0, I).</para>
/// <para><b>Source:</b> Saha, Joshi, Whitaker, Matching Aggregate Posteriors in the Variational Autoencoder, arXiv 2311.07693, equations 4 to 11
/// and algorithm 1; what its authors' code does where it differs: methods/avae.md 2.2 and 7. The defaults are the code's, which made the published numbers:
/// base-10 logarithm, β = √(mean squared norm), ε floors, loss divided by β. <b>Departs from the source:</b> log-sum-exp instead of sums of exponentials;
/// the first β is measured on the held-out rows rather than on validation rows; counting of k_b starts anew in each epoch.</para>
/// </remarks>
public sealed class Avae : Module, IHoldsOutRows, ILearnsFromEpochs, IHasSamplingDensity, IMonitored
{
    // Below it β would turn rounding errors of the decoder into the whole objective.
    private const double LeastBeta = 1e-6;
    private readonly Config config;
    private readonly bool squared;
    private readonly double kappa;
    private readonly double? chi2;
    private readonly Tensor codes;
    private readonly Tensor bandwidth;
    private readonly Tensor beta;

    private Avae(Config config, ObjectiveContext context)
    {
        this.config = config;
        squared = context.Parts.Likelihood is NormalLikelihood.Config;
        kappa = config.Logarithm == LogarithmKind.Natural ? 1 : 1 / Math.Log(10);
        chi2 = config.Coverage is { } share ? ChiSquared.Quantile(share, context.Model.LatentDim) : null;
        codes = Buffer("codes", context.Init.Constant(0, config.Points, context.Model.LatentDim));
        // 0: not known before the first step.
        bandwidth = Buffer("bandwidth", context.Init.Constant(config.Bandwidth ?? 0));
        beta = Buffer("beta", context.Init.Constant(config.Beta ?? config.InitialBeta ?? 0));
    }

    /// <summary>How β follows from reconstruction errors r_i = ‖x_i − x̂_i‖.</summary>
    public enum BetaRule
    {
        /// <summary>√(mean r²): the authors' code.</summary>
        RootMeanSquare,
        /// <summary>mean r: equation 9. Never more than the other, and equal when all errors are.</summary>
        MeanNorm,
    }

    /// <summary>The logarithm in which the divergence enters the objective.</summary>
    public enum LogarithmKind
    {
        /// <summary>Base 10, κ = 1/ln 10: the authors' code.</summary>
        Ten,
        /// <summary>Natural, κ = 1: the paper.</summary>
        Natural,
    }

    /// <summary>Configuration of AVAE. The defaults are the released code; the paper's form is <c>logarithm: natural, betaRule: meanNorm, coverage: null, priorFloor: 0</c>.</summary>
    [Description("AVAE: deterministic encoder, codes matched to N(0, I) by a kernel density estimate over held-out rows")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>m: training rows whose codes carry the kernels.</summary>
        [Description("m: training rows held out of each epoch, whose codes carry the kernels"), Range(2, 1_000_000)]
        public required int Points { get; init; }

        /// <summary>k_e.</summary>
        [Description("epochs between draws of the held-out rows"), Range(1, 1_000_000)]
        public int RedrawEvery { get; init; } = 1;

        /// <summary>k_b.</summary>
        [Description("steps between encodings of the held-out rows, counted from the start of each epoch"), Range(1, 1_000_000)]
        public int EncodeEvery { get; init; } = 10;

        /// <summary>h; null: from the number of latents and of points.</summary>
        [Description("h, below 1: width of a kernel; null: from latentDim and points, as 'elbow bandwidth' estimates it"), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public double? Bandwidth { get; init; }

        /// <summary>β as a constant; null: from the reconstruction error.</summary>
        [Description("the squared error is divided by it: a constant; null: from the validation error at the end of each epoch"), Range(0.0, 1e9, MinimumIsExclusive = true)]
        public double? Beta { get; init; }

        /// <summary>How automatic β follows from the errors.</summary>
        [Description("automatic beta: root of the mean squared norm of the errors (the code), or mean norm (equation 9)")]
        public BetaRule BetaRule { get; init; } = BetaRule.RootMeanSquare;

        /// <summary>β during the first epoch; null: from the untrained model's error on the held-out rows.</summary>
        [Description("automatic beta during the first epoch; null: from the error of the untrained model on the held-out rows"), Range(0.0, 1e9, MinimumIsExclusive = true)]
        public double? InitialBeta { get; init; }

        /// <summary>κ.</summary>
        [Description("logarithm of the divergence in the objective: base 10 (the code) or natural (the paper)")]
        public LogarithmKind Logarithm { get; init; } = LogarithmKind.Ten;

        /// <summary>c: the floor ε_q is the height of a kernel where a share c of its mass lies inside; null for no floor.</summary>
        [Description("c: q gets a floor, the height of a kernel at the radius that holds this share of its mass; null for none"), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public double? Coverage { get; init; } = 1 - 1e-6;

        /// <summary>ε_p, on the scale of exp(−‖z‖²/2); 0 for none.</summary>
        [Description("floor of the prior, where exp(-|z|^2 / 2) is its height; 0 for none"), Range(0.0, 1.0)]
        public double PriorFloor { get; init; } = 1e-30;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            if (Points >= context.TrainingRows)
                throw new UserException($"objective.points holds out {Points} rows of the training data, which has {context.TrainingRows}", $"set objective.points to {Math.Max(2, context.TrainingRows / 4)} or so: every other row is trained on");
            if (2L * Points > context.TrainingRows)
                context.Warn($"objective.points holds out {Points} of {context.TrainingRows} training rows: each epoch trains on less than half of the data");
            return new Avae(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (parts.Posterior is not PointPosterior.Config)
                yield return new("model.posterior.kind", "AVAE has a deterministic encoder: its kernels stand for all noise", "set model.posterior.kind to point");
            if (parts.Prior is not StandardNormal.Config)
                yield return new("model.prior.kind", "the kernel width, the floors and the sampling density of AVAE are derived for N(0, I)", "set model.prior.kind to standardNormal");
            if (parts.Likelihood is NormalLikelihood.Config { Scale: not ScaleOf.Fixed })
                yield return new("model.likelihood.scale", "AVAE takes the squared error, in which there is no sigma to learn", "set model.likelihood.scale to fixed (sigma 0.70710678 makes it the log-likelihood but for a constant)");
            if (parts.Likelihood is not (NormalLikelihood.Config or BernoulliLikelihood.Config or { DiscreteLevels: not null }))
                yield return new("model.likelihood.kind", "automatic beta is the root of a reconstruction error, and the log of a density has either sign", "use normal with a fixed scale (the squared error), or a discrete likelihood");
            if (Beta is not null && InitialBeta is not null)
                yield return new("objective.initialBeta", "a first value of a constant beta has no effect", "set objective.beta or objective.initialBeta to null");
            if (Beta is not null && BetaRule != BetaRule.RootMeanSquare)
                yield return new("objective.betaRule", "a rule for a constant beta has no effect", "set objective.beta to null, or leave betaRule out");
        }
    }

    /// <inheritdoc/>
    public int HeldOut => config.Points;

    /// <inheritdoc/>
    public int RedrawEvery => config.RedrawEvery;

    /// <inheritdoc/>
    public void Prepare(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (context.Batch % config.EncodeEvery != 0) return;
        using var frozen = Autograd.NoGrad();
        var training = model.Training;
        model.SetTraining(false);
        try
        {
            if (context.Epoch == 0) Begin(model, context);
            Encode(model, context);
        }
        finally
        {
            model.SetTraining(training);
        }
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        var h = KernelWidth;
        var z = model.Encode(x).Mean;
        var reconstruction = Reconstruction(model, x, z);
        var L = model.LatentDim;
        // The floors are given for densities without this constant.
        var scale = -0.5 * L * Math.Log(2 * Math.PI);
        var logQ = Floored(new KernelDensity(codes, h).LogProb(z), chi2 is { } radius2 ? scale - L * Math.Log(h) - 0.5 * radius2 : null);
        var logP = Floored(model.Prior.Density().LogProb(z), config.PriorFloor > 0 ? scale + Math.Log(config.PriorFloor) : null);
        var kl = logQ - logP;
        return new ObjectiveTerms(
            (reconstruction / beta - kappa * kl).Mean(),
            new("reconstruction", reconstruction), new("kl", kl), new("residual", Residual(reconstruction)), new("beta", beta.Expand(kl.Shape)));
    }

    /// <inheritdoc/>
    public void EpochEnded(LatentVariableModel model, TermStatistics judged)
    {
        ArgumentNullException.ThrowIfNull(judged);
        if (config.Beta is null) SetBeta(-judged.Mean("reconstruction"), judged.Mean("residual"));
    }

    /// <summary>−(squared error + κ·KL), without β: what the authors' schedule of the learning rate watches (methods/avae.md 7, row 9).</summary>
    public double Monitored(TermStatistics judged)
    {
        ArgumentNullException.ThrowIfNull(judged);
        return judged.Mean("reconstruction") - kappa * judged.Mean("kl");
    }

    /// <inheritdoc/>
    public IDistribution SamplingDensity(LatentVariableModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var h = KernelWidth;
        var zero = Tensor.Zeros([model.LatentDim], codes.DType, codes.Device);
        return Normal.FromScale(zero, zero.Scalar(Math.Sqrt(1 - h * h)));
    }

    private double KernelWidth => bandwidth.ToDouble() is > 0 and var h ? h : throw new InvalidOperationException("the codes have not been prepared: call Prepare before the first step");

    private Tensor Reconstruction(LatentVariableModel model, Tensor x, Tensor z) =>
        squared ? -model.Decode(z).Mean.MseLoss(x).Sum(1L) : model.Decode(z).LogProb(x);

    // Not part of the objective: a root has no gradient at 0.
    private static Tensor Residual(Tensor reconstruction) => (-reconstruction.Detach()).Clamp(0).Sqrt();

    private static Tensor Floored(Tensor logDensity, double? logFloor) => logFloor is { } floor ? logDensity.Logaddexp(logDensity.Scalar(floor)) : logDensity;

    private void SetBeta(double meanSquare, double meanNorm) =>
        beta.FillInPlace(Math.Max(LeastBeta, config.BetaRule == BetaRule.MeanNorm ? meanNorm : Math.Sqrt(meanSquare)));

    // What is not configured is found before the first step, and kept by every checkpoint from then on.
    private void Begin(LatentVariableModel model, StepContext context)
    {
        if (config.Bandwidth is null && bandwidth.ToDouble() == 0) bandwidth.FillInPlace(Distributions.Bandwidth.For(model.LatentDim, config.Points).Corrected);
        if (config.Beta is not null || config.InitialBeta is not null || beta.ToDouble() > 0) return;
        var (square, norm, count) = (0.0, 0.0, 0L);
        ForEachBatch(context.HeldOut, rows =>
        {
            var reconstruction = Reconstruction(model, rows, model.Encode(rows).Mean);
            square -= reconstruction.To(DType.Float64).Sum().ToDouble();
            norm += Residual(reconstruction).To(DType.Float64).Sum().ToDouble();
            count += rows.Shape[0];
        });
        SetBeta(square / count, norm / count);
    }

    private void Encode(LatentVariableModel model, StepContext context)
    {
        var done = 0L;
        ForEachBatch(context.HeldOut, rows =>
        {
            codes.Narrow(0, done, rows.Shape[0]).CopyInPlace(model.Encode(rows).Mean);
            done += rows.Shape[0];
        });
        if (done != config.Points) throw new InvalidOperationException($"expected {config.Points} held-out rows, got {done}");
    }

    // A batch is made when the enumeration comes to it, inside the scope that frees it.
    private static void ForEachBatch(IEnumerable<Tensor> batches, Action<Tensor> work)
    {
        using var rows = batches.GetEnumerator();
        while (true)
        {
            using var scope = TensorScope.Open();
            if (!rows.MoveNext()) return;
            work(rows.Current);
        }
    }
}
