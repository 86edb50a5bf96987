using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The regularised autoencoder: codes and decoder weights are kept small, and new data come from a Gaussian fitted to the codes.</summary>
/// <remarks>
/// <para><b>Equation:</b> R(x, z) − β ½‖z‖² − λ‖θ‖², R the log-likelihood or the negative squared error, z the code, θ the parameters of the decoder.</para>
/// <para><b>Shapes:</b> x <c>(B, D)</c> → terms <c>(B)</c>. <b>Units:</b> nats, but for squares, which have none.</para>
/// <para><b>Terms:</b> <c>reconstruction</c> (log p(x|z)), <c>codes</c> ½‖z‖², <c>weights</c> ‖θ‖² (the same for each example), and
/// <c>squaredError</c> when that is ascended. There is no divergence and no ELBO.</para>
/// <para><b>Sampling:</b> N(m, S) with mean and covariance of the codes of the training data, each taken as the encoder stood when its batch was
/// trained on; fitted anew at the end of each epoch. N(0, I) before the first has ended.</para>
/// <para><b>Source:</b> Ghosh et al. 2020, arXiv 1903.12436, equations 5 to 11, the Tikhonov form. Saha, Joshi and Whitaker, arXiv 2311.07693,
/// table XI: β = 1e-4 and λ = 1e-7 (CIFAR-10: 1e-3 and 1e-6). <b>Departs from the source:</b> the Gaussian is fitted to the codes of the last
/// epoch as they were trained on, not to those of one more pass; a mixture of Gaussians is not offered.</para>
/// </remarks>
public sealed class RaeL2 : Module, IHasSamplingDensity, ILearnsFromEpochs
{
    private readonly Config config;
    private readonly Tensor[] decoder;
    private readonly Tensor mean;
    private readonly Tensor covariance;
    private readonly Tensor count;
    private readonly Tensor sum;
    private readonly Tensor products;

    private RaeL2(Config config, ObjectiveContext context)
    {
        this.config = config;
        using var scope = TensorScope.Open();
        var L = context.Model.LatentDim;
        var device = context.Init.Device;
        decoder = [.. context.Model.NamedParameters().Where(pair => pair.Key.StartsWith("decoder.", StringComparison.Ordinal)).Select(pair => pair.Value)];
        mean = Buffer("mean", context.Init.Constant(0, L));
        covariance = Buffer("covariance", Tensor.Eye(L, context.Init.DType, device));
        // Sums over an epoch, wide enough for any number of rows.
        count = Buffer("count", Tensor.Zeros([1], DType.Float64, device));
        sum = Buffer("sum", Tensor.Zeros([L], DType.Float64, device));
        products = Buffer("products", Tensor.Zeros([L, L], DType.Float64, device));
    }

    /// <summary>Configuration of the regularised autoencoder.</summary>
    [Description("regularised autoencoder: small codes, small decoder weights, a Gaussian fitted to the codes (RAE-L2)")]
    public sealed record Config : ObjectiveConfig
    {
        /// <summary>β: weight of ½‖z‖².</summary>
        [Description("weight of half the squared length of a code"), Range(0.0, 1e6)]
        public double Beta { get; init; } = 1e-4;

        /// <summary>λ: weight of ‖θ‖².</summary>
        [Description("weight of the decoder's squared parameters"), Range(0.0, 1e6)]
        public double DecoderL2 { get; init; } = 1e-7;

        /// <summary>R.</summary>
        [Description("what is ascended for the data: the log-likelihood, or the negative squared error")]
        public ReconstructionKind Reconstruction { get; init; } = ReconstructionKind.LogLikelihood;

        /// <inheritdoc/>
        public override IObjective Build(ObjectiveContext context) => new RaeL2(this, context);

        /// <inheritdoc/>
        public override IEnumerable<Misfit> Misfits(ModelConfig parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (parts.Posterior is not PointPosterior.Config)
                yield return new("model.posterior", "a regularised autoencoder has a deterministic encoder", "set model.posterior.kind to point");
            foreach (var misfit in Objectives.Reconstruction.Misfits(Reconstruction, parts.Likelihood)) yield return misfit;
        }
    }

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(LatentVariableModel model, Tensor x, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var z = model.Encode(x).Mean;
        var data = Reconstruction.Of(model.Decode(z), x, config.Reconstruction, 1);
        var codes = 0.5 * z.Square().Sum(1L);
        var weights = decoder.Select(parameter => parameter.Square().Sum()).Aggregate((a, b) => a + b).Expand(z.Shape[0]);
        if (Training) Remember(z.Detach().To(DType.Float64));
        return new ObjectiveTerms(
            (data.Ascended - config.Beta * codes - config.DecoderL2 * weights).Mean(),
            Bound.With(null, data.LogLikelihood, [.. data.Terms, new("codes", codes), new("weights", weights)]));
    }

    /// <inheritdoc/>
    public void EpochEnded(LatentVariableModel model, TermStatistics judged)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var m = sum / count;
        mean.CopyInPlace(m);
        covariance.CopyInPlace(products / count - m.Unsqueeze(1) * m.Unsqueeze(0));
        foreach (var total in new[] { count, sum, products }) total.FillInPlace(0);
    }

    /// <inheritdoc/>
    public IDistribution SamplingDensity(LatentVariableModel model)
    {
        // A latent that stays put has no variance, and rounding may take a little from zero: both are lifted by a part of the mean variance.
        var S = covariance.To(DType.Float64);
        var lift = 1e-6 * S.Diagonal().Mean() + 1e-12;
        var factor = (S + lift * Tensor.Eye(S.Shape[0], DType.Float64, S.Device)).Cholesky();
        return new FullNormal(mean, factor.To(mean.DType));
    }

    private void Remember(Tensor z)
    {
        using var frozen = Autograd.NoGrad();
        count.AddInPlace(count.ZerosLike() + 1, z.Shape[0]);
        sum.AddInPlace(z.Sum(0L));
        products.AddInPlace(z.T.Matmul(z));
    }
}
