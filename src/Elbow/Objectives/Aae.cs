using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The adversarial autoencoder: codes are to look like draws from the prior to a discriminator; no bound on log p(x).</summary>
/// <remarks>
/// <para><b>Equation:</b> s·R(x, z) + β log σ(d(z)), R the log-likelihood or the negative squared error, z ~ q(z|x) or the code itself, d the
/// discriminator's log-odds of prior against code. The discriminator ascends ½ log σ(d(z_p)) + ½ log(1 − σ(d(z))), z_p ~ p(z), in each
/// step, at the same weights, with the optimiser <c>training.opponentOptimizer</c>.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats, but for <c>squaredError</c>.</para>
/// <para><b>Terms:</b> <c>reconstruction</c> (log p(x|z), unscaled), <c>adversary</c> log σ(d(z)), <c>discriminator</c>, what that ascends
/// (−0.69 when it cannot tell codes from draws, 0 when it always can), and <c>squaredError</c> when that is ascended; with a random encoder
/// also <c>kl</c> and <c>elbo</c>.</para>
/// <para><b>Source:</b> Makhzani et al. 2016, arXiv 1511.05644, section 2; with the penalty of WAE-GAN, Tolstikhin et al. 2018, arXiv 1711.01558,
/// algorithm 1. Saha, Joshi and Whitaker, arXiv 2311.07693, tables X and XI: squared error, s = .05, β = 1, discriminator 100-100-100 on
/// MNIST. <b>Departs from the source:</b> the encoder's form is the non-saturating one of both; the slope of the leaky ReLU, which none of
/// them gives, is 0.01.</para>
/// </remarks>
public sealed class Aae : Module, IHasOpponent
{
    private readonly Config config;
    private readonly Discriminator discriminator;

    private Aae(Config config, ObjectiveContext context)
    {
        this.config = config;
        discriminator = Child("discriminator", new Discriminator(context.Model.LatentDim, config.Discriminator, context.Init));
    }

    /// <summary>Configuration of the adversarial autoencoder.</summary>
    [Description("adversarial autoencoder: a discriminator compares codes with the prior (AAE)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>β.</summary>
        [Description("weight of the adversary"), Range(0.0, 1e9)]
        public double Beta { get; init; } = 1;

        /// <summary>R.</summary>
        [Description("what is ascended for the data: the log-likelihood, or the negative squared error")]
        public ReconstructionKind Reconstruction { get; init; } = ReconstructionKind.LogLikelihood;

        /// <summary>s.</summary>
        [Description("factor on it"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double ReconstructionScale { get; init; } = 1;

        /// <summary>Widths of the discriminator's hidden layers.</summary>
        [Description("widths of the discriminator's hidden layers; its optimiser is training.opponentOptimizer")]
        public IReadOnlyList<int> Discriminator { get; init; } = [100, 100, 100];

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context) => new Aae(this, context);

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            return [.. Objectives.Reconstruction.Misfits(Reconstruction, parts.Likelihood), .. Objectives.Discriminator.Misfits(Discriminator)];
        }
    }

    /// <inheritdoc/>
    public Module Opponent => discriminator;

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var qz_x = model.Encode(x);
        var pz = model.Prior.Density();
        var z = qz_x.Sample(context.Generator);
        var data = Reconstruction.Of(model.Decode(z), x, config.Reconstruction, config.ReconstructionScale);
        var adversary = discriminator.LogOdds(z).LogSigmoid();
        var score = discriminator.Score(PriorDraws.Of(pz, z, context.Generator), z.Detach());
        return new ObjectiveTerms(
            (data.Ascended + config.Beta * adversary).Mean(),
            Bound.With(Bound.Kl(qz_x, pz, z), data.LogLikelihood, [.. data.Terms, new("adversary", adversary), new("discriminator", score)]))
        {
            Opponent = model.Training ? score.Mean() : null,
        };
    }
}
