using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The FactorVAE: the ELBO minus the total correlation of the codes, which a discriminator estimates as a density ratio.</summary>
/// <remarks>
/// <para><b>Equation:</b> E log p(x|z) − KL(q(z|x) ‖ p(z)) − γ TC, TC ≈ E d(z), where d is the log-odds of a code against a code each of whose
/// latents comes from another example: log q(z)/Π_l q(z_l) at the discriminator's optimum. It ascends ½ log σ(d(z)) +
/// ½ log(1 − σ(d(z̄))) in each step, z̄ the codes of the batch with each latent permuted by itself, with the optimiser
/// <c>training.opponentOptimizer</c> (the paper's: Adam, 1e-4, β₁ = .5, β₂ = .9).</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>reconstruction</c>, <c>totalCorrelation</c> d(z), <c>discriminator</c>, what that ascends (−0.69 when it cannot tell
/// the two apart), <c>kl</c>, <c>elbo</c>.</para>
/// <para><b>Biased when:</b> always, in no known direction: a discriminator below its optimum estimates another ratio. Its mean can be negative.</para>
/// <para><b>Special cases:</b> γ = 0 is the ELBO.</para>
/// <para><b>Source:</b> Kim and Mnih 2018, arXiv 1802.05983, equations 2 and 3 and algorithms 1 and 2; discriminator of six layers of 1000 leaky
/// ReLUs. <b>Departs from the source:</b> the permuted codes are those of the same batch, where the paper draws a second one; one output for
/// the log-odds in place of two.</para>
/// </remarks>
public sealed class FactorVae : Module, IHasOpponent
{
    private readonly Config config;
    private readonly Discriminator discriminator;

    private FactorVae(Config config, ObjectiveContext context)
    {
        this.config = config;
        discriminator = Child("discriminator", new Discriminator(context.Model.LatentDim, config.Discriminator, context.Init));
    }

    /// <summary>Configuration of the FactorVAE.</summary>
    [Description("the evidence lower bound minus the codes' total correlation, by a discriminator (FactorVAE)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>γ.</summary>
        [Description("weight of the total correlation"), Range(0.0, 1e6)]
        public double Gamma { get; init; } = 10;

        /// <summary>Widths of the discriminator's hidden layers.</summary>
        [Description("widths of the discriminator's hidden layers; its optimiser is training.opponentOptimizer")]
        public IReadOnlyList<int> Discriminator { get; init; } = [1000, 1000, 1000, 1000, 1000, 1000];

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            Requirements.Company(context, "a FactorVAE");
            return new FactorVae(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts) => [.. Requirements.Density(parts), .. Objectives.Discriminator.Misfits(Discriminator)];
    }

    /// <inheritdoc/>
    public Module Opponent => discriminator;

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var qz_x = model.Encode(x);
        var z = qz_x.Sample(context.Generator);
        var reconstruction = model.Decode(z).LogProb(x);
        var kl = Bound.Kl(qz_x, model.Prior.Density(), z)!;
        var correlation = discriminator.LogOdds(z);
        var codes = z.Detach();
        var score = discriminator.Score(codes, Permuted(codes, context.Generator));
        return new ObjectiveTerms(
            (reconstruction - kl - config.Gamma * correlation).Mean(),
            Bound.With(kl, reconstruction, new Term("totalCorrelation", correlation), new("discriminator", score)))
        {
            Opponent = model.Training ? score.Mean() : null,
        };
    }

    /// <summary>Each latent of a batch in a random order of its own: draws from the product of the marginals. <c>z (B, L)</c> → <c>(B, L)</c>.</summary>
    public static Tensor Permuted(Tensor z, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(z);
        return z.Gather(0, Tensor.Rand(z.Shape.AsSpan(), generator, DType.Float64).Sort(0).Indices);
    }
}
