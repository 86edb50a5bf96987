using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>The last step of an encoder: numbers → q(z|x).</summary>
public interface IPosterior
{
    /// <summary>How many numbers the network must give.</summary>
    int Outputs { get; }

    /// <summary>q(z|x). <c>h (B, Outputs)</c> → a distribution with batch (B) and events (L).</summary>
    IDistribution Given(Tensor h);
}

/// <summary>Chooses the family of q(z|x).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DiagonalNormalPosterior.Config), "diagonalNormal")]
[JsonDerivedType(typeof(FullNormalPosterior.Config), "fullNormal")]
[JsonDerivedType(typeof(PointPosterior.Config), "point")]
public abstract record PosteriorConfig
{
    /// <summary>Builds the head for L latents.</summary>
    public abstract IPosterior Build(int latentDim, Init init);
}

/// <summary>q(z|x) = N(μ(x), diag τ²(x)).</summary>
/// <remarks>
/// The network gives μ and log τ², both linear: an activation on the log-variance would break the second-moment law of the
/// three-entropies theorem. Departs from none; clamping is off unless asked for.
/// </remarks>
public sealed class DiagonalNormalPosterior : Module, IPosterior
{
    private readonly int latentDim;
    private readonly Config config;
    private readonly Tensor? sharedLogVar;

    private DiagonalNormalPosterior(int latentDim, Config config, Init init)
    {
        (this.latentDim, this.config) = (latentDim, config);
        if (config.Variance == VarianceOf.Shared) sharedLogVar = Parameter("logVar", init.Constant(0, latentDim));
    }

    /// <summary>Where the posterior variance comes from.</summary>
    public enum VarianceOf
    {
        /// <summary>From the network, for each example.</summary>
        Example,
        /// <summary>One learned vector for all examples, as in a linear VAE.</summary>
        Shared,
    }

    /// <summary>Configuration of a diagonal Gaussian posterior.</summary>
    [Description("Gaussian with a diagonal covariance")]
    public sealed record Config : PosteriorConfig, IValidatableConfig
    {
        /// <summary>Where the variance comes from.</summary>
        [Description("variance from the network for each example, or one learned vector shared by all")]
        public VarianceOf Variance { get; init; } = VarianceOf.Example;

        /// <summary>Log-variances are clamped to ±this; null leaves them free.</summary>
        [Description("log-variances are clamped to ± this; null leaves them free"), Range(1.0, 100.0)]
        public double? LogVarLimit { get; init; }

        /// <summary>Log-variances are clamped from below; null leaves them free.</summary>
        [Description("log-variances are clamped from below at this; null leaves them free"), Range(-100.0, 0.0)]
        public double? LogVarMin { get; init; }

        /// <summary>Log-variances are clamped from above; null leaves them free.</summary>
        [Description("log-variances are clamped from above at this; null leaves them free"), Range(0.0, 100.0)]
        public double? LogVarMax { get; init; }

        /// <inheritdoc/>
        public override IPosterior Build(int latentDim, Init init) => new DiagonalNormalPosterior(latentDim, this, init);

        /// <inheritdoc/>
        public IEnumerable<ConfigError> Validate()
        {
            if (LogVarLimit is not null && (LogVarMin ?? LogVarMax) is not null)
                yield return new ConfigError("logVarLimit", "log-variances are clamped twice", "set logVarLimit, or logVarMin and logVarMax, not both");
            if (LogVarMin is not null && LogVarMin == LogVarMax)
                yield return new ConfigError("logVarMin", "log-variances have no room between logVarMin and logVarMax", "set logVarMin below logVarMax");
        }
    }

    /// <inheritdoc/>
    public int Outputs => sharedLogVar is null ? 2 * latentDim : latentDim;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h)
    {
        var (mu, logVar) = sharedLogVar is null ? h.Halves(-1) : (h, sharedLogVar.Expand(h.Shape));
        var (low, high) = config.LogVarLimit is { } limit ? (-limit, limit) : (config.LogVarMin, config.LogVarMax);
        if ((low ?? high) is not null) logVar = logVar.Clamp(low, high);
        return Normal.FromLogVar(mu, logVar);
    }
}

/// <summary>q(z|x) = N(μ(x), S Sᵀ) with a lower triangular S whose diagonal is exp of the network's output.</summary>
public sealed class FullNormalPosterior : Module, IPosterior
{
    /// <summary>The most latents whose L × L matrix an int counts: ⌊√(2³¹ − 1)⌋.</summary>
    internal const int MaxLatents = 46_340;

    private readonly int latentDim;
    private readonly Tensor places;

    private FullNormalPosterior(int latentDim, Init init)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(latentDim, MaxLatents);
        this.latentDim = latentDim;
        // Where in a flattened L×L matrix each below-diagonal output goes, row by row.
        var below = new long[Below];
        var next = 0;
        for (var row = 1L; row < latentDim; row++)
        {
            for (var column = 0L; column < row; column++) below[next++] = row * latentDim + column;
        }
        places = Constant(Tensor.From(below, [below.Length], init.Device));
    }

    /// <summary>Configuration of a full-covariance Gaussian posterior.</summary>
    [Description("Gaussian with a full covariance")]
    public sealed record Config : PosteriorConfig
    {
        /// <inheritdoc/>
        public override IPosterior Build(int latentDim, Init init) => new FullNormalPosterior(latentDim, init);
    }

    private int Below => latentDim * (latentDim - 1) / 2;

    /// <inheritdoc/>
    public int Outputs => 2 * latentDim + Below;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h)
    {
        var mu = h.Narrow(-1, 0, latentDim);
        var scale = h.Narrow(-1, latentDim, latentDim).Exp().DiagEmbed();
        if (Below > 0)
        {
            var below = h.Narrow(-1, 2 * latentDim, Below);
            scale = scale.Flatten(scale.Rank - 2).ScatterAdd(-1, places.Expand(below.Shape), below).Reshape(scale.Shape);
        }
        return new FullNormal(mu, scale);
    }
}

/// <summary>q(z|x) puts all its mass on one point: the encoder of AE, RAE, WAE and AVAE. It has no density, hence no KL to a prior.</summary>
public sealed class PointPosterior : IPosterior
{
    private PointPosterior(int latentDim) => Outputs = latentDim;

    /// <summary>Configuration of a deterministic encoder.</summary>
    [Description("one point: a deterministic encoder")]
    public sealed record Config : PosteriorConfig
    {
        /// <inheritdoc/>
        public override IPosterior Build(int latentDim, Init init) => new PointPosterior(latentDim);
    }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public IDistribution Given(Tensor h) => new Point(h);
}
