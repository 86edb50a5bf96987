using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Scores how well codes go with data; InfoNCE asks it to pick the right x for each z.</summary>
public interface ICritic
{
    /// <summary>F_ij = f(x_j, z_i). <c>x (B, D)</c>, <c>z (B, L)</c>, <c>ℓ_ij = log q(z_i|x_j) (B, B)</c>, null when q has no density → <c>(B, B)</c>.</summary>
    Tensor Score(Tensor x, Tensor z, Tensor? logQz_x);
}

/// <summary>Chooses the critic of InfoNCE.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BilinearCritic.Config), "bilinear")]
[JsonDerivedType(typeof(ExactCritic.Config), "exact")]
[JsonDerivedType(typeof(SeparableCritic.Config), "separable")]
public abstract record CriticConfig
{
    /// <summary>Builds the critic for data of D numbers and L latents.</summary>
    public abstract ICritic Build(int dataSize, int latentDim, Init init);
}

/// <summary>f(x, z) = log q(z|x): no parameters, and no critic makes InfoNCE tighter.</summary>
public sealed class ExactCritic : ICritic
{
    private ExactCritic()
    {
    }

    /// <summary>Configuration of the exact critic.</summary>
    [Description("log q(z|x) itself: without parameters, and the tightest")]
    public sealed record Config : CriticConfig
    {
        /// <inheritdoc/>
        public override ICritic Build(int dataSize, int latentDim, Init init) => new ExactCritic();
    }

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor z, Tensor? logQz_x) => logQz_x ?? throw new ArgumentNullException(nameof(logQz_x), "the exact critic is the density of the encoder, and there is none");
}

/// <summary>f(x, z) = ⟨g(x), k(z)⟩/τ, g and k networks with one hidden layer whose outputs have length 1.</summary>
public sealed class SeparableCritic : Module, ICritic
{
    private readonly Config config;
    private readonly ILayer g;
    private readonly ILayer k;

    private SeparableCritic(Config config, int dataSize, int latentDim, Init init)
    {
        this.config = config;
        var network = new Mlp.Config { Hidden = [config.Hidden] };
        g = Child("data", network.BuildEncoder(DataShape.Vector(dataSize), config.Embedding, init));
        k = Child("latent", network.BuildEncoder(DataShape.Vector(latentDim), config.Embedding, init));
    }

    /// <summary>Configuration of the separable critic.</summary>
    [Description("cosine of learned embeddings of x and z, over a temperature")]
    public sealed record Config : CriticConfig
    {
        /// <summary>Width of the hidden layer of either network.</summary>
        [Description("width of the hidden layer of either network"), Range(1, 100_000)]
        public int Hidden { get; init; } = 64;

        /// <summary>Dimension of the embeddings.</summary>
        [Description("dimension of the embeddings"), Range(1, 100_000)]
        public int Embedding { get; init; } = 64;

        /// <summary>τ.</summary>
        [Description("temperature"), Range(1e-3, 1e3)]
        public double Temperature { get; init; } = 0.1;

        /// <inheritdoc/>
        public override ICritic Build(int dataSize, int latentDim, Init init) => new SeparableCritic(this, dataSize, latentDim, init);
    }

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor z, Tensor? logQz_x) => Unit(k.Forward(z)).Matmul(Unit(g.Forward(x)).T) / config.Temperature;

    // The added number keeps a vector of zeros, which has no direction, from dividing by zero.
    private static Tensor Unit(Tensor rows) => rows * (rows.Square().Sum(-1, keep: true) + 1e-12).Rsqrt();
}

/// <summary>f(x, z) = zᵀ W g(x), g a network with one hidden layer.</summary>
public sealed class BilinearCritic : Module, ICritic
{
    private readonly ILayer g;
    private readonly Linear w;

    private BilinearCritic(Config config, int dataSize, int latentDim, Init init)
    {
        g = Child("data", new Mlp.Config { Hidden = [config.Hidden] }.BuildEncoder(DataShape.Vector(dataSize), config.Embedding, init));
        w = Child("product", new Linear(config.Embedding, latentDim, init, withBias: false));
    }

    /// <summary>Configuration of the bilinear critic.</summary>
    [Description("product of z and a learned embedding of x")]
    public sealed record Config : CriticConfig
    {
        /// <summary>Width of the hidden layer.</summary>
        [Description("width of the network's hidden layer"), Range(1, 100_000)]
        public int Hidden { get; init; } = 64;

        /// <summary>Dimension of the embedding.</summary>
        [Description("dimension of the embedding"), Range(1, 100_000)]
        public int Embedding { get; init; } = 64;

        /// <inheritdoc/>
        public override ICritic Build(int dataSize, int latentDim, Init init) => new BilinearCritic(this, dataSize, latentDim, init);
    }

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor z, Tensor? logQz_x) => z.Matmul(w.Forward(g.Forward(x)).T);
}
