using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>
/// ED-VAE: the ELBO as reconstruction, mutual information, entropy of the aggregated posterior and cross-entropy to the prior, each
/// estimated and weighed by itself; the prior enters only through its density.
/// </summary>
/// <remarks>
/// <para><b>Equation:</b> ELBO = E log p(x|z) − I(x, z) + H[q(z)] − H[q(z), p(z)]; ascended is R − λ_I Î + λ_H Ĥ − λ_C Ĉ with Î InfoNCE, Ĥ one of
/// three estimators (<see cref="AggregateEstimators"/>) and Ĉ = −log p(z), at one z ~ q(z|x) for each example.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c>, ℓ <c>(B, B)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>reconstruction</c>, <c>information</c> Î (low), <c>entropy</c> Ĥ as chosen, <c>crossEntropy</c> Ĉ, their sum
/// <c>estimate</c> = R − Î + Ĥ − Ĉ, which depends on the estimators and bounds nothing; the brackets <c>informationHigh</c>,
/// <c>entropyLow</c>, <c>entropyHigh</c>; and <c>kl</c> and <c>elbo</c> of the same samples, by which runs compare. A deterministic encoder has
/// neither brackets nor an ELBO.</para>
/// <para><b>Biased when:</b> always: Î is low, so that R − Î + … with λ_I = 1 and another entropy than <c>mix</c>, or another critic than the exact
/// one, is no lower bound on log p(x). The critic ascends Î whatever the sign of λ_I, with its own optimiser
/// (<c>training.opponentOptimizer</c>). Estimates depend on B, and the last batch of an epoch may be small.</para>
/// <para><b>Special cases:</b> λ = (1, 1, 1), the exact critic and <c>mix</c> are the one-sample ELBO with its divergence at the same sample, number
/// by number and gradient by gradient (<c>ed-vae-strict</c>). λ_I = −1 (<c>ed-vae</c>) is the ELBO + 2Î: it asks for information.</para>
/// <para><b>Source:</b> Lygerakis and Rueckert 2024, arXiv 2407.06797, of which abstract, introduction and summaries were available:
/// the decomposition and the four parts of the loss are theirs. <b>Departs from the source:</b> signs and weights as settings, the estimators,
/// the brackets, the critics and the floor under σ are ours.</para>
/// </remarks>
public sealed class EdVae : Module, IHasOpponent, ILearnsFromEpochs
{
    private const double Saturation = 0.9;
    private readonly Settings config;
    private readonly ICritic critic;
    private readonly Tensor seen;
    private readonly Tensor warned;
    private readonly Action<string> warn;

    private EdVae(Settings config, ObjectiveContext context)
    {
        this.config = config;
        critic = Child("critic", config.Critic.Build(context.Model.Data.Size, context.Model.LatentDim, context.Init));
        Opponent = critic as Module ?? new Sequential();
        // Of the running epoch: Σ Î and Σ log B over the steps.
        seen = Buffer("seen", Tensor.Zeros([2], DType.Float64, context.Init.Device));
        warned = Buffer("warned", Tensor.Zeros([1], DType.Float64, context.Init.Device));
        warn = context.Warn;
    }

    /// <summary>How the entropy of the aggregated posterior is estimated.</summary>
    public enum EntropyEstimator
    {
        /// <summary>All posteriors of the batch as a mixture: low.</summary>
        Mix,
        /// <summary>The same, each without its own: high.</summary>
        Loo,
        /// <summary>A kernel estimate on the codes alone: for encoders without a density.</summary>
        Kde,
    }

    /// <summary>What <c>ed-vae</c> and <c>ed-vae-strict</c> share.</summary>
    public abstract record Settings : ObjectiveConfig
    {
        private protected Settings(double lambdaI, double sigmaFloor) => (LambdaI, SigmaFloor) = (lambdaI, sigmaFloor);

        /// <summary>λ_I, signed.</summary>
        [Description("what the mutual information costs: 1 as in the ELBO; negative values ask for information"), Range(-1e6, 1e6)]
        public double LambdaI { get; init; }

        /// <summary>λ_H.</summary>
        [Description("weight of the entropy of all codes"), Range(-1e6, 1e6)]
        public double LambdaH { get; init; } = 1;

        /// <summary>λ_C.</summary>
        [Description("weight of the cross-entropy of the codes to the prior"), Range(-1e6, 1e6)]
        public double LambdaC { get; init; } = 1;

        /// <summary>The critic of InfoNCE.</summary>
        [Description("the critic of InfoNCE; a learned one moves by training.opponentOptimizer")]
        public CriticConfig Critic { get; init; } = new ExactCritic.Config();

        /// <summary>The estimator of the entropy.</summary>
        [Description("estimator of the entropy of all codes: mix (low), loo (high), or kde, which needs no density")]
        public EntropyEstimator Entropy { get; init; } = EntropyEstimator.Mix;

        /// <summary>Whether gradients stop at the posteriors of the other examples.</summary>
        [Description("stop gradients at the posteriors of the other examples in the batch: less noise, another gradient")]
        public bool HoldOthers { get; init; }

        /// <summary>The smallest deviation of a posterior.</summary>
        [Description("smallest deviation of a posterior, below which it counts as this; 0 for none"), Range(0.0, 1.0)]
        public double SigmaFloor { get; init; }

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            Requirements.Company(context, "InfoNCE");
            if (Math.Log(context.BatchSize) < 2)
                context.Warn($"InfoNCE cannot report more than log B = {Math.Log(context.BatchSize):F2} nats with batches of {context.BatchSize}: choose training.batchSize so that log B exceeds the information by 2 nats");
            return new EdVae(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            var point = parts.Posterior is PointPosterior.Config;
            if (parts.Hierarchy is TwoLevel.Config)
                yield return new("model.hierarchy", "ED-VAE asks the posterior of each example about the codes of the others, which a two-level posterior does not answer", "use the hierarchy stacked or topDown, or another objective");
            if (point && Critic is ExactCritic.Config)
                yield return new("objective.critic", "the exact critic is the density of the encoder, which a deterministic one has not", "set objective.critic.kind to separable, or model.posterior.kind to diagonalNormal");
            if (point && Entropy != EntropyEstimator.Kde)
                yield return new("objective.entropy", "mix and loo are made of the densities of the encoder, which a deterministic one has not", "set objective.entropy to kde, or model.posterior.kind to diagonalNormal");
            if (!point && SigmaFloor > 0 && parts.Posterior is not DiagonalNormalPosterior.Config)
                yield return new("objective.sigmaFloor", "only a diagonal Gaussian posterior has deviations to put a floor under", "set objective.sigmaFloor to 0, or model.posterior.kind to diagonalNormal");
        }
    }

    /// <summary>Configuration of ED-VAE as the paper describes it: the information is asked for.</summary>
    [Description("ED-VAE: mutual information, entropy and cross-entropy estimated one by one; asks for information")]
    public sealed record Config : Settings
    {
        /// <summary>λ_I = −1, and a floor, because without one σ → 0 only gains information.</summary>
        public Config() : base(-1, 1e-3)
        {
        }
    }

    /// <summary>Configuration of ED-VAE as the bound: the information costs what it costs in the ELBO.</summary>
    [Description("ED-VAE with the signs of the ELBO")]
    public sealed record StrictConfig : Settings
    {
        /// <summary>λ_I = 1, no floor.</summary>
        public StrictConfig() : base(1, 0)
        {
        }
    }

    /// <inheritdoc/>
    public Module Opponent { get; }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        var qz_x = Floored(model.Encode(x));
        var pz = model.Prior.Density();
        var z = qz_x.Sample(context.Generator);
        var reconstruction = model.Decode(z).LogProb(x);
        var crossEntropy = -pz.LogProb(z);
        var logQz_x = qz_x is Point ? null : Components(qz_x, z);
        var information = AggregateEstimators.InfoNce(critic.Score(x, z, logQz_x));
        var entropy = config.Entropy switch
        {
            EntropyEstimator.Mix => AggregateEstimators.MixtureEntropy(logQz_x!),
            EntropyEstimator.Loo => AggregateEstimators.LeaveOneOutEntropy(logQz_x!),
            _ => AggregateEstimators.KernelEntropy(z),
        };
        if (Training) Watch(information);
        var objective = reconstruction - config.LambdaI * information + config.LambdaH * entropy - config.LambdaC * crossEntropy;
        List<Term> own =
        [
            new("information", information), new("entropy", entropy), new("crossEntropy", crossEntropy),
            new("estimate", (reconstruction - information + entropy - crossEntropy).Detach()), .. Brackets(logQz_x?.Detach()),
        ];
        return new ObjectiveTerms(objective.Mean(), Bound.With(Bound.Kl(qz_x, pz, z), reconstruction, own))
        {
            Opponent = critic is Module && model.Training ? AggregateEstimators.InfoNce(critic.Score(x, z.Detach(), logQz_x?.Detach())).Mean() : null,
        };
    }

    /// <inheritdoc/>
    public void EpochEnded(LatentVariableModel model, TermStatistics judged)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        double[] totals = seen.ToArray<double>();
        seen.FillInPlace(0);
        if (totals[0] <= Saturation * totals[1] || warned.ToDouble() != 0) return;
        warned.FillInPlace(1);
        warn($"InfoNCE reaches {totals[0] / totals[1]:P0} of its ceiling log B: the information is larger than batches of this size can show; enlarge training.batchSize");
    }

    // ℓ; with gradients held, those of the diagonal alone pass to (μ, σ).
    private Tensor Components(IDistribution qz_x, Tensor z)
    {
        if (!config.HoldOthers) return PairwiseNormal.LogProb(qz_x, z);
        var own = qz_x.LogProb(z);
        var others = PairwiseNormal.LogProb(Held(qz_x), z);
        return Tensor.Where(Tensor.Eye(own.Count, own.DType, own.Device).Eq(1), own.DiagEmbed(), others);
    }

    private static IDistribution Held(IDistribution qz_x) => qz_x is FullNormal full
        ? new FullNormal(full.Mean.Detach(), full.Scale.Detach())
        : Normal.FromLogVar(qz_x.Mean.Detach(), ((Normal)qz_x).LogVar.Detach());

    private IDistribution Floored(IDistribution qz_x) =>
        config.SigmaFloor > 0 && qz_x is Normal q ? Normal.FromLogVar(q.Mean, q.LogVar.Clamp(min: 2 * Math.Log(config.SigmaFloor))) : qz_x;

    private static IEnumerable<Term> Brackets(Tensor? logQz_x) => logQz_x is null ? [] :
    [
        new("informationHigh", AggregateEstimators.LeaveOneOutInformation(logQz_x)),
        new("entropyLow", AggregateEstimators.MixtureEntropy(logQz_x)), new("entropyHigh", AggregateEstimators.LeaveOneOutEntropy(logQz_x)),
    ];

    private void Watch(Tensor information)
    {
        using var frozen = Autograd.NoGrad();
        seen.AddInPlace(Tensor.Stack(0, information.Detach().Mean().To(DType.Float64), seen.Scalar(Math.Log(information.Count))));
    }
}
