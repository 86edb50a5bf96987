using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The β-TCVAE: the divergence of the ELBO in three parts, each with a weight; with all weights 1 it is the ELBO.</summary>
/// <remarks>
/// <para><b>Equation:</b> E log p(x|z) − α I − β TC − γ D with I = log q(z|x) − log q(z), TC = log q(z) − Σ_l log q(z_l) and
/// D = Σ_l log q(z_l) − log p(z), all at one z ~ q(z|x), so that I + TC + D = log q(z|x) − log p(z) exactly, whatever the estimate of q(z) is.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats.</para>
/// <para><b>Terms:</b> <c>mutualInformation</c> I, <c>totalCorrelation</c> TC, <c>dimensionKl</c> D, <c>reconstruction</c>, <c>kl</c>, <c>elbo</c>.
/// With a prior whose latents depend on each other D holds the prior's own total correlation, with a negative sign.</para>
/// <para><b>Estimators of q(z_i)</b> from a batch of B = M + 1 out of N, with weights W_ij on the densities q(z_i|x_j):
/// <i>weighted</i>, W_ij = 1/(N B), is what importance sampling gives, and low by up to log N. <i>Stratified</i>: q(z) is 1/N q(z|x_i) plus
/// (N − 1)/N times the mean over the other rows of the data, and the batch holds M of those, drawn without replacement; so W_ii = 1/N and
/// the others share (N − 1)/N, which the paper does as 1/M for all but one and (N − M)/(N M) for that one:
/// (M − 1)/M + (N − M)/(N M) = (N − 1)/N. The row of z_i's own x is the diagonal j = i; the one is j = i + 1 here, and by
/// exchangeability could be any other.</para>
/// <para><b>Biased when:</b> always: <i>stratified</i> is unbiased for q(z), hence low for log q(z) (Jensen), and I is high. Against data that the
/// objective was not trained on, the rows of the batch stand for the training data.</para>
/// <para><b>Special cases:</b> α = β = γ = 1 is the ELBO with its divergence at one sample; a batch of one example knows only its own
/// density, I = 0.</para>
/// <para><b>Source:</b> Chen et al. 2018, arXiv 1802.04942, equations 2 to 4 and appendix C.1, C.2. <b>Departs from the source:</b> from the code
/// published with it and copied since, which writes 1/N into column 0 in place of the diagonal: every example then weighs its own density
/// by 1/M, I cannot exceed log M, and what it lacks is booked as total correlation.</para>
/// </remarks>
public sealed class BetaTcVae : IObjective
{
    private readonly Config config;
    private readonly long N;

    private BetaTcVae(Config config, ObjectiveContext context) => (this.config, N) = (config, context.TrainingRows);

    /// <summary>How q(z) is estimated from a batch.</summary>
    public enum Estimator
    {
        /// <summary>Minibatch-weighted: every density of the batch by 1/(N B).</summary>
        Weighted,
        /// <summary>Minibatch-stratified: the example's own density by 1/N, the others by what makes the sum unbiased.</summary>
        Stratified,
    }

    /// <summary>Configuration of the β-TCVAE.</summary>
    [Description("the evidence lower bound in parts, with weights on mutual information, total correlation and latents (beta-TCVAE)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>α: weight of the mutual information.</summary>
        [Description("weight of the mutual information between data and latents"), Range(0.0, 1e6)]
        public double Alpha { get; init; } = 1;

        /// <summary>β: weight of the total correlation.</summary>
        [Description("weight of the total correlation of the latents"), Range(0.0, 1e6)]
        public double Beta { get; init; } = 6;

        /// <summary>γ: weight of the divergence of each latent from the prior.</summary>
        [Description("weight of the divergence of each latent from the prior"), Range(0.0, 1e6)]
        public double Gamma { get; init; } = 1;

        /// <summary>How q(z) is estimated from a batch.</summary>
        [Description("how the density of all codes is estimated from a batch: minibatch-weighted, or minibatch-stratified")]
        public Estimator Estimator { get; init; } = Estimator.Stratified;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context)
        {
            Requirements.Company(context, "a beta-TCVAE");
            if (context.BatchSize > context.TrainingRows) context.Warn($"batches of {context.BatchSize} out of {context.TrainingRows} training rows: each step sees all of them");
            return new BetaTcVae(this, context);
        }

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts) =>
            Requirements.DiagonalNormal(parts, "the total correlation needs the density of each latent by itself, which a diagonal Gaussian posterior has");
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var qz_x = (Normal)model.Encode(x);
        var pz = model.Prior.Density();
        var z = qz_x.Sample(context.Generator);
        var reconstruction = model.Decode(z).LogProb(x);
        var (information, correlation, latents) = Parts(qz_x, pz, z, LogWeights(config.Estimator, z.Shape[0], N, z));
        var objective = reconstruction - config.Alpha * information - config.Beta * correlation - config.Gamma * latents;
        return new ObjectiveTerms(objective.Mean(), Bound.With(
            Bound.Kl(qz_x, pz, z), reconstruction,
            new("mutualInformation", information), new("totalCorrelation", correlation), new("dimensionKl", latents)));
    }

    /// <summary>The three parts at z_i ~ q(z|x_i), given log W. <c>z (B, L)</c>, <c>logWeights (B, B)</c> → <c>(B)</c> each.</summary>
    public static (Tensor MutualInformation, Tensor TotalCorrelation, Tensor DimensionKl) Parts(Normal qz_x, IDistribution pz, Tensor z, Tensor logWeights)
    {
        ArgumentNullException.ThrowIfNull(qz_x);
        ArgumentNullException.ThrowIfNull(pz);
        ArgumentNullException.ThrowIfNull(logWeights);
        var each = PairwiseNormal.LogProbOfEach(qz_x, z);
        return Parts(qz_x.LogProb(z), (each.Sum(-1L) + logWeights).LogSumExp(1), (each + logWeights.Unsqueeze(-1)).LogSumExp(1).Sum(-1L), pz.LogProb(z));
    }

    /// <summary>
    /// The three parts with q(z) over all of the data, not a batch of it: what <see cref="Estimator"/> estimates, without its bias, for evaluation.
    /// The posteriors of N rows are the mixture; z are samples, one from each of the rows <paramref name="rows"/>.
    /// </summary>
    /// <param name="qz_x">The posteriors of all rows, batch (N), events (L).</param>
    /// <param name="pz">The prior.</param>
    /// <param name="rows">Which rows to look at, int64 <c>(P)</c>.</param>
    /// <param name="generator">Of the samples.</param>
    /// <returns><c>(P)</c> each, without a graph.</returns>
    public static (Tensor MutualInformation, Tensor TotalCorrelation, Tensor DimensionKl) OverAllData(Normal qz_x, IDistribution pz, Tensor rows, Generator generator)
    {
        const long atOnce = 1 << 22;
        ArgumentNullException.ThrowIfNull(qz_x);
        ArgumentNullException.ThrowIfNull(pz);
        ArgumentNullException.ThrowIfNull(rows);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (mean, logVar) = (qz_x.Mean, qz_x.LogVar.Expand(qz_x.Mean.Shape));
        var (N, L) = (mean.Shape[0], mean.Shape[1]);
        List<Tensor> information = [], correlation = [], latents = [];
        for (var done = 0L; done < rows.Count;)
        {
            using var chunk = TensorScope.Open();
            var P = Math.Min(rows.Count - done, Math.Max(1, atOnce / (N * L)));
            var own = rows.Narrow(0, done, P);
            var qz_own = Normal.FromLogVar(mean.IndexSelect(0, own), logVar.IndexSelect(0, own));
            var z = qz_own.Sample(generator);
            var each = PairwiseNormal.LogProbOfEach(qz_x, z);
            var parts = Parts(qz_own.LogProb(z), each.Sum(-1L).LogSumExp(1) - Math.Log(N), each.LogSumExp(1).Sum(-1L) - L * Math.Log(N), pz.LogProb(z));
            information.Add(chunk.Keep(parts.MutualInformation));
            correlation.Add(chunk.Keep(parts.TotalCorrelation));
            latents.Add(chunk.Keep(parts.DimensionKl));
            done += P;
        }
        return (scope.Keep(Tensor.Cat(0, [.. information])), scope.Keep(Tensor.Cat(0, [.. correlation])), scope.Keep(Tensor.Cat(0, [.. latents])));
    }

    /// <summary>log W for a batch of B out of N rows, as derived above. → <c>(B, B)</c>, of the type and on the device of <paramref name="like"/>.</summary>
    public static Tensor LogWeights(Estimator estimator, long B, long N, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(like);
        if (B == 1) return Tensor.Zeros([1, 1], like.DType, like.Device);
        if (estimator == Estimator.Weighted) return Tensor.Full(-Math.Log((double)N * B), [B, B], like.DType, like.Device);
        // As many rows as there are data, at least, so that no weight is negative.
        var (rows, M) = (Math.Max(N, B), B - 1);
        var diagonal = Tensor.Eye(B, like.DType, like.Device);
        var next = diagonal.Roll(1, 1);
        return (1.0 / M * (1 - diagonal - next) + 1.0 / rows * diagonal + (rows - M) / ((double)rows * M) * next).Log();
    }

    private static (Tensor MutualInformation, Tensor TotalCorrelation, Tensor DimensionKl) Parts(Tensor logQz_x, Tensor logQz, Tensor logQzOfEach, Tensor logPz) =>
        (logQz_x - logQz, logQz - logQzOfEach, logQzOfEach - logPz);
}
