using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The ELBO with more information about the data in chosen latents, the anchors. No bound on log p(x) for λ above 0.</summary>
/// <remarks>
/// <para><b>Equation:</b> E log p(x|z) − β Σ_j KL_j + λ J(A), where J stands for I(x:z_A). <i>decoder</i>: J = E log q(x|z_A) of an auxiliary
/// decoder that sees the anchors only, J + H(x) ≤ I(x:z_A). <i>mixture</i>: the Bhattacharyya bound of <see cref="MixtureInformation"/>, at most
/// log B. <i>klWeight</i>: J = β Σ_(j∈A) KL_j, the anchors' divergence counted 1 − λ times.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>reconstruction</c>, <c>kl</c>, <c>elbo</c> (always with β = 1 and λ = 0), and one of <c>anchorReconstruction</c> (J of
/// the decoder: I(x:z_A) less the constant H(x), biased low), <c>anchorInformation</c> (J of the mixture, biased low, coupled over the batch and
/// attributed to each example), <c>anchorKl</c> (Σ_(j∈A) KL_j, an upper bound). For each anchor by itself J is the sum over the anchors.</para>
/// <para><b>Biased when:</b> the auxiliary decoder is not optimal (low), or the batch is small (mixture, low).</para>
/// <para><b>Special cases:</b> λ = 0 or no anchors is the ELBO, to the bit of every gradient of the model; an auxiliary decoder then learns from the
/// codes without moving them, so that runs with and without λ compare.</para>
/// <para><b>Source:</b> the idea is that of Gao, Brekelmans, Ver Steeg and Galstyan 2019, arXiv 1802.05822. <b>Departs from the source:</b> the text
/// of its formula was not accessible; these are three readings of it, reasoned in methods/corex-anchorvae.md 2.6. An upper bound of the
/// information, as the divergence is, must not be maximised without limit: hence λ ≤ 1 there.</para>
/// </remarks>
public sealed class AnchorVae : Module, IObjective
{
    private readonly Config config;
    private readonly Tensor? anchors;
    private readonly Conditional[] decoders = [];

    private AnchorVae(Config config, ObjectiveContext context)
    {
        this.config = config;
        var (L, A) = (context.Model.LatentDim, config.Anchors);
        if (A.Any(anchor => anchor < 0 || anchor >= L)) throw new ArgumentException($"objective.anchors: latents are numbered 0 to {L - 1}, got {string.Join(", ", A)}");
        if (A.Count == 0) return;
        using var scope = TensorScope.Open();
        anchors = Constant(Indices(A, context));
        if (config.Information == InformationKind.Mixture)
        {
            if (context.BatchSize < 2) throw new ArgumentException("objective.information: the mixture of a batch of 1 has no information; use training.batchSize of 2 or more");
            context.Warn($"objective.information: the information of a batch of {context.BatchSize} is at most log {context.BatchSize} = {Math.Log(context.BatchSize):F2} nats; anchors that know more are not rewarded for it");
        }
        if (config.Information != InformationKind.Decoder) return;
        var parts = context.Parts;
        decoders = [.. Enumerable.Range(0, config.Each ? A.Count : 1).Select(k =>
        {
            var likelihood = parts.Likelihood.Build(context.Model.Data.Size, context.Init);
            var network = parts.Decoder.BuildDecoder(config.Each ? 1 : A.Count, context.Model.Data, likelihood.OutputsPerDimension, context.Init);
            return Child($"decoder{k}", new Conditional(network, likelihood));
        })];
    }

    /// <summary>What stands for the information between data and anchors.</summary>
    public enum InformationKind
    {
        /// <summary>The log-density of a decoder that sees the anchors only.</summary>
        Decoder,
        /// <summary>The lower bound from Bhattacharyya distances within the batch.</summary>
        Mixture,
        /// <summary>The anchors' own divergences: they count 1 − λ times.</summary>
        KlWeight,
    }

    /// <summary>Configuration of the AnchorVAE.</summary>
    [Description("the ELBO with more information in chosen latents")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>A: the anchored latents.</summary>
        [Description("the anchored latents, from 0; empty for none")]
        public IReadOnlyList<int> Anchors { get; init; } = [0];

        /// <summary>λ: weight of the anchors' information.</summary>
        [Description("weight of the information in the anchors"), Range(0.0, 1e3)]
        public double Lambda { get; init; } = 0.5;

        /// <summary>What stands for the information.</summary>
        [Description("what stands for the information: an auxiliary decoder, a mixture bound, or a smaller weight of the divergence")]
        public InformationKind Information { get; init; } = InformationKind.Decoder;

        /// <summary>Whether each anchor counts by itself; else all together.</summary>
        [Description("the sum of the information in each anchor by itself, instead of that in all together")]
        public bool Each { get; init; }

        /// <summary>β: weight of the divergence.</summary>
        [Description("weight of the divergence"), Range(0.0, 1e6)]
        public double Beta { get; init; } = 1;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new AnchorVae(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (Information == InformationKind.KlWeight && parts.Prior is not (StandardNormal.Config or LearnedNormal.Config))
                yield return new("objective.information", "klWeight weighs the divergence of single latents, which needs a Gaussian prior with independent latents", "set model.prior.kind to standardNormal or learnedNormal, or objective.information to decoder");
            if (Anchors.Where(anchor => anchor < 0 || anchor >= parts.LatentDim).ToList() is [var wrong, ..])
                yield return new("objective.anchors", $"the model has no latent {wrong}", $"use numbers from 0 to {parts.LatentDim - 1}");
            if (Anchors.Distinct().Count() < Anchors.Count) yield return new("objective.anchors", "a latent is named twice", "name every anchor once");
            if (Information == InformationKind.KlWeight && Lambda > 1)
                yield return new("objective.lambda", $"got {Lambda}, beyond 1 the anchors would be paid for diverging from the prior without limit", "use a value from 0 to 1, or objective.information decoder");
            if (Information == InformationKind.KlWeight && Each)
                yield return new("objective.each", "divergences are of each latent by itself: the choice has no effect", "set objective.each to false");
            if (parts.Posterior is PointPosterior.Config) yield return new("model.posterior", "a deterministic encoder has no ELBO", "use diagonalNormal or fullNormal");
            else if (Information != InformationKind.Decoder && !parts.HasNormalPosterior)
                yield return new("objective.information", "this information is of single latents, which needs a diagonal Gaussian posterior of one layer", "use objective.information decoder, or model.posterior.kind diagonalNormal");
        }
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (lambda, beta) = (config.Lambda, config.Beta);
        var qz_x = model.Encode(x);
        var pz = model.Prior.Density();
        var z = qz_x.Sample(context.Generator);
        var reconstruction = model.Decode(z).LogProb(x);
        var kl = Kl.Given(qz_x, pz, z);
        var elbo = reconstruction - kl;
        var objective = beta == 1 ? elbo.Mean() : (reconstruction - beta * kl).Mean();
        List<Term> terms = [new("reconstruction", reconstruction), new("kl", kl), new("elbo", elbo)];
        if (anchors is not null)
        {
            var (name, information) = Information(qz_x, pz, lambda > 0 ? z : z.Detach(), x);
            terms.Add(new(name, information));
            objective = lambda > 0 ? objective + lambda * (config.Information == InformationKind.KlWeight ? beta : 1) * information.Mean() : objective + Listen(information);
        }
        return new ObjectiveTerms(objective, [.. terms]);
    }

    // Zero, with a gradient for the auxiliary decoders alone.
    private Tensor Listen(Tensor information)
    {
        var mean = decoders.Length > 0 ? information.Mean() : information.Mean().Detach();
        return mean - mean.Detach();
    }

    private (string Name, Tensor PerExample) Information(IDistribution qz_x, IDistribution pz, Tensor z, Tensor x)
    {
        switch (config.Information)
        {
            case InformationKind.Decoder:
                var parts = z.IndexSelect(-1, anchors!);
                return ("anchorReconstruction", decoders.Select((decoder, k) => decoder.Given(config.Each ? parts.Narrow(-1, k, 1) : parts).LogProb(x)).Aggregate((a, b) => a + b));
            case InformationKind.Mixture:
                var q = Anchored(qz_x);
                return ("anchorInformation", config.Each ? MixtureInformation.LowerOfEach(q).Sum(-1L) : MixtureInformation.Lower(q));
            default:
                return ("anchorKl", Kl.Exact(Anchored(qz_x), Anchored(pz))!);
        }
    }

    private Normal Anchored(IDistribution distribution)
    {
        if (distribution is not Normal normal) throw new InvalidOperationException("the divergence of single latents needs a Gaussian prior with independent latents: set objective.information to decoder");
        return Normal.FromLogVar(normal.Mean.IndexSelect(-1, anchors!), normal.LogVar.Expand(normal.Mean.Shape).IndexSelect(-1, anchors!));
    }

    private static Tensor Indices(IReadOnlyList<int> latents, ObjectiveContext context) =>
        Tensor.From([.. latents.Select(latent => (long)latent)], [latents.Count]).To(context.Init.Device);
}
