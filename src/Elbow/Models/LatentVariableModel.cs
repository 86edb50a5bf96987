using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>A bag of parts: encoder x → q(z|x), decoder z → p(x|z), prior p(z). It knows no loss.</summary>
public sealed class LatentVariableModel : Module
{
    private readonly ILayer encoder;
    private readonly IPosterior posterior;
    private readonly ILayer decoder;
    private readonly ILikelihood likelihood;

    /// <summary>A model of ready-made parts.</summary>
    public LatentVariableModel(DataShape data, int latentDim, ILayer encoder, IPosterior posterior, ILayer decoder, ILikelihood likelihood, IPrior prior)
    {
        (Data, LatentDim) = (data, latentDim);
        this.encoder = Child("encoder", encoder);
        this.posterior = Child("posterior", posterior);
        this.decoder = Child("decoder", decoder);
        this.likelihood = Child("likelihood", likelihood);
        Prior = Child("prior", prior);
    }

    /// <summary>Builds the model that a configuration describes.</summary>
    /// <param name="config">The parts.</param>
    /// <param name="data">The shape of one example.</param>
    /// <param name="init">First weights, device and element type.</param>
    /// <param name="bounds">The smallest and the largest value data can take; unbounded when left out.</param>
    /// <param name="examples">Gives training examples <c>(count, D)</c> to priors that start from them.</param>
    public static LatentVariableModel Create(
        ModelConfig config, DataShape data, Init init, (double Low, double High)? bounds = null, Func<int, Tensor>? examples = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var posterior = config.Posterior.Build(config.LatentDim, init);
        var likelihood = config.Likelihood.Build(data.Size, init);
        var encoder = config.Encoder.BuildEncoder(data, posterior.Outputs, init);
        var decoder = config.Decoder.BuildDecoder(config.LatentDim, data, likelihood.OutputsPerDimension, init);
        var context = new PriorContext(config.LatentDim, init) { Data = data, Encode = x => posterior.Given(encoder.Forward(x)) };
        if (bounds is { } range) context = context with { Bounds = range };
        if (examples is not null) context = context with { Examples = examples };
        return new LatentVariableModel(data, config.LatentDim, encoder, posterior, decoder, likelihood, config.Prior.Build(context));
    }

    /// <summary>The shape of one example.</summary>
    public DataShape Data { get; }

    /// <summary>L.</summary>
    public int LatentDim { get; }

    /// <summary>How many numbers the decoder gives for one z, P·D: what evaluation plans its memory by.</summary>
    public long NumbersPerExample => (long)likelihood.OutputsPerDimension * Data.Size;

    /// <summary>p(z).</summary>
    public IPrior Prior { get; }

    /// <summary>q(z|x). <c>x (B, D)</c> → batch (B), events (L).</summary>
    public IDistribution Encode(Tensor x)
    {
        x.MustBe([-1, Data.Size]);
        return posterior.Given(encoder.Forward(x));
    }

    /// <summary>p(x|z). <c>z (…, L)</c> → batch (…), events (D).</summary>
    public IDistribution Decode(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.Shape[-1] != LatentDim) throw new ShapeException($"z: expected {LatentDim} latents on the last axis, got {z.Shape}");
        if (z.Rank == 2) return likelihood.Given(decoder.Forward(z));
        var h = decoder.Forward(z.Reshape(-1, LatentDim));
        return likelihood.Given(h.Reshape(z.Shape.Head(-1).Append(h.Shape[-1])));
    }
}
