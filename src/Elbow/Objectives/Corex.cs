using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The bound of correlation explanation: a lower bound on the total correlation of the data that the latents explain.</summary>
/// <remarks>
/// <para><b>Equation:</b> TC(x;z) − TC(z) = Σ_i I(x_i:z) − Σ_j I(z_j:x) ≥ Σ_i H(x_i) + E log q(x|z) − β Σ_j R_j at β = 1, where
/// R_j ≥ I(z_j:x) is KL(p(z_j|x) ‖ r(z_j)) for a marginal r, or the pairwise bound of the batch's mixture. The constant Σ_i H(x_i) is left out of
/// what is ascended.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>reconstruction</c>; <c>latentInformation</c>, Σ_j R_j, with r = mixture coupled over the batch and attributed to each
/// example; <c>corex</c>, reconstruction − latentInformation, of which only differences have meaning; of a
/// stack <c>kl1</c>, <c>kl2</c>, …, log p(z_r|z_(r−1)) − log q(z_r|z_(r+1)) of each layer; for discrete data
/// <c>totalCorrelation</c>, the same plus Σ_i H(x_i) of the training data, a lower bound on what is explained of TC(x);
/// <c>elbo</c> when r is the model's prior, for then it is corex.</para>
/// <para><b>Biased when:</b> r is the mixture: the information of B posteriors is at most log B, below that of the data set.</para>
/// <para><b>Special cases:</b> r = prior is the ELBO, gradients included; of a stacked hierarchy, the hierarchical ELBO.</para>
/// <para><b>Valid when:</b> encoder, decoder and r factorise, or the model is a stacked hierarchy.</para>
/// <para><b>Source:</b> Gao, Brekelmans, Ver Steeg and Galstyan 2019, arXiv 1802.05822, in the form of methods/corex-anchorvae.md 2.2 to 2.5.
/// <b>Departs from the source:</b> r learned by gradient, and the mixture, are our choice.</para>
/// </remarks>
public sealed class Corex : Module, IHasSamplingDensity
{
    private const int MostRows = 10_000;
    private readonly Config config;
    private readonly double? dataEntropy;
    private readonly Tensor? mean;
    private readonly Tensor? logVar;

    private Corex(Config config, ObjectiveContext context)
    {
        this.config = config;
        var model = context.Model;
        if (config.Marginals == MarginalKind.Prior)
        {
            using var scope = TensorScope.Open();
            if (context.Parts.HasNormalPosterior && model.Prior.Density() is not Normal)
                throw new ArgumentException("model.prior: the bound needs a prior whose latents are independent, each with a marginal of its own; use standardNormal, or objective.marginals mixture");
        }
        else
        {
            mean = Parameter("mean", context.Init.Constant(0, model.LatentDim));
            logVar = Parameter("logVar", context.Init.Constant(0, model.LatentDim));
            context.Warn("objective.marginals: the latent marginals belong to the objective; evaluate measures the ELBO with model.prior, which is not trained");
        }
        if (config.Marginals == MarginalKind.Mixture && context.BatchSize < 2) throw new ArgumentException("objective.marginals: the mixture of a batch of 1 has no information; use training.batchSize of 2 or more");
        if (context.Parts.Likelihood.DiscreteLevels is null)
        {
            context.Warn("the data are continuous: corex lacks the unknown constant sum of their entropies, so only differences of it have meaning");
        }
        else if (context.Examples is { } examples)
        {
            using var scope = TensorScope.Open();
            dataEntropy = DataEntropy.OfColumns(examples(Math.Min(MostRows, context.TrainingRows)), context.Parts.Likelihood);
        }
    }

    /// <summary>What stands for the marginals of the latents.</summary>
    public enum MarginalKind
    {
        /// <summary>The model's prior, fixed or learned: the ELBO.</summary>
        Prior,
        /// <summary>A Gaussian for each latent that belongs to the objective.</summary>
        Normal,
        /// <summary>The mixture of the batch's posteriors, with the pairwise upper bound on its information.</summary>
        Mixture,
    }

    /// <summary>Configuration of the bound.</summary>
    [Description("correlation explanation: information about each variable minus that in each latent")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>r: what stands for the marginals.</summary>
        [Description("what stands for the latent marginals: the prior, learned Gaussians, or the mixture of the batch")]
        public MarginalKind Marginals { get; init; } = MarginalKind.Prior;

        /// <summary>β: weight of the latents' information.</summary>
        [Description("weight of the information in the latents"), Range(0.0, 1e6)]
        public double Beta { get; init; } = 1;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new Corex(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (parts.HasNormalPosterior) yield break;
            if (parts.Hierarchy is null) yield return new("model.posterior", "the bound needs latents that are independent given x", "use model.posterior.kind diagonalNormal");
            else if (parts.Hierarchy is not Stacked.Config) yield return new("model.hierarchy", "the bound is of layers inferred from the data upwards", "use model.hierarchy.kind stacked, or null");
            else if (parts.Posterior is not DiagonalNormalPosterior.Config) yield return new("model.posterior", "the bound needs latents that are independent given the layer below", "use model.posterior.kind diagonalNormal");
            else if (Marginals != MarginalKind.Prior) yield return new("objective.marginals", "in a stack only the top layer has marginals to choose, those of model.prior", "set objective.marginals to prior");
        }
    }

    /// <inheritdoc/>
    public IDistribution SamplingDensity(LatentVariableModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return mean is null ? model.Prior.Density() : Normal.FromLogVar(mean, logVar!);
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var qz_x = model.Encode(x);
        var r = SamplingDensity(model);
        var z = qz_x.Sample(context.Generator);
        var reconstruction = model.Decode(z).LogProb(x);
        IReadOnlyList<Tensor> layers = config.Marginals == MarginalKind.Mixture ? [MixtureInformation.UpperOfEach((Normal)qz_x).Sum(-1L)] : Kl.OfLayers(qz_x, r, z);
        var rate = layers.Aggregate((a, b) => a + b);
        var corex = reconstruction - rate;
        var objective = config.Beta == 1 ? corex.Mean() : (reconstruction - config.Beta * rate).Mean();
        if (config.Marginals == MarginalKind.Mixture) objective += Fit((Normal)qz_x, r);
        List<Term> terms = [new("reconstruction", reconstruction), new("latentInformation", rate), new("corex", corex), .. Elbo.OfLayers(layers)];
        if (config.Marginals == MarginalKind.Prior) terms.Add(new("elbo", corex));
        if (dataEntropy is { } entropy) terms.Add(new("totalCorrelation", corex + entropy));
        return new ObjectiveTerms(objective, [.. terms]);
    }

    // Zero, with a gradient that moves only the Gaussians towards the mixture: new data are decoded from them.
    private static Tensor Fit(Normal qz_x, IDistribution r)
    {
        var fit = -Normal.FromLogVar(qz_x.Mean.Detach(), qz_x.LogVar.Detach()).KlTo(r)!.Mean();
        return fit - fit.Detach();
    }
}
